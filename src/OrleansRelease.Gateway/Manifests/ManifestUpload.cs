using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using OrleansRelease.Contracts;
using OrleansRelease.Core.Catalogue;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Gateway.Manifests;

/// <summary>Manifests as JSON carries them; <see cref="File"/> is how problems name them.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ManifestBody(string? File, [property: Required] string? Yaml);

/// <summary>Manifests that were sent, as YAML text or in JSON, and under which precondition.</summary>
internal sealed record ManifestUpload(string File, string Yaml, string? IfMatch)
{
    private const string Unnamed = "manifests.yaml";

    /// <summary>Called by the framework for the endpoint that takes manifests.</summary>
    public static async ValueTask<ManifestUpload?> BindAsync(HttpContext http)
    {
        var body = http.Request.HasJsonContentType()
            ? await JsonAsync(http)
            : new ManifestBody(null, await TextAsync(http));
        return new(
            body.File is { Length: > 0 and <= 200 } file ? file : Unnamed, body.Yaml ?? "", Precondition(http.Request));
    }

    /// <summary>A precondition is about one content, so it cannot be about several manifests.</summary>
    public Answer<string?> PreconditionFor(int manifests) => IfMatch is null || manifests == 1
        ? new Answer<string?>.Accepted(IfMatch)
        : new Refusal(Problems.BadHeader, $"a precondition is for one manifest, here are {manifests}", "one manifest");

    private static async Task<ManifestBody> JsonAsync(HttpContext http)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<ManifestBody>(
                http.Request.Body, Vocabulary.Options, http.RequestAborted) ?? new(null, null);
        }
        catch (JsonException malformed)
        {
            throw new BadHttpRequestException("the body is not JSON", StatusCodes.Status400BadRequest, malformed);
        }
    }

    private static async Task<string> TextAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body, leaveOpen: true);
        return await reader.ReadToEndAsync(http.RequestAborted);
    }

    private static string? Precondition(HttpRequest request) =>
        (request.Headers.IfMatch, request.Headers.IfNoneMatch) switch
        {
            ([], []) => null,
            (["*"], []) => CatalogueDecider.Any,
            ([], ["*"]) => CatalogueDecider.None,
            ([{ Length: > 2 and <= 100 } tag], []) when tag.StartsWith('"') && tag.EndsWith('"') => tag[1..^1],
            _ => throw new BadHttpRequestException("If-Match takes one entity tag or *, If-None-Match only *"),
        };
}
