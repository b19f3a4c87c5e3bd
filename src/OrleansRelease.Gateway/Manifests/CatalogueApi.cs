using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Planning;
using OrleansRelease.Core.Catalogue;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Gateway.Requests;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Gateway.Manifests;

/// <summary>What the catalogue holds, by kind and name.</summary>
internal static class CatalogueApi
{
    private static readonly (ManifestKind Kind, string Plural)[] Collections =
    [
        (ManifestKind.Service, "services"),
        (ManifestKind.Environment, "environments"),
        (ManifestKind.AnalysisTemplate, "analysistemplates"),
        (ManifestKind.Strategy, "strategies"),
        (ManifestKind.Monitor, "monitors"),
        (ManifestKind.Release, "releases"),
    ];

    public static void MapCatalogue(this IEndpointRouteBuilder api)
    {
        foreach (var (kind, plural) in Collections)
        {
            var group = api.MapGroup($"/{plural}").WithTags("Catalogue");
            group.MapGet("/", (string? after, int? limit, IRows rows, CancellationToken cancellation) =>
                    List(kind, after, limit, rows, cancellation))
                .WithName($"list{kind}").WithSummary($"Every {kind}, in the order of names");
            group.MapGet("/{name}", (string name, HttpContext http, IGrainFactory grains) =>
                    Get(kind, name, http, grains))
                .WithName($"get{kind}").WithSummary($"One {kind}; the entity tag is its content's hash");
        }

        api.MapGroup("/services").WithTags("Catalogue").MapGet("/{name}/effective", GetEffective)
            .WithName("getEffective")
            .WithSummary("What holds for a service in an environment, each value with its origin");
    }

    private static Task<Results<Ok<Page<ManifestSummary>>, ProblemHttpResult>> List(
        ManifestKind kind, string? after, int? limit, IRows rows, CancellationToken cancellation) =>
        Pages.Limit(limit)
            .Then(size => ListAsync(kind, after is null ? null : Answers.Shown(after), size, rows, cancellation))
            .Reply();

    private static async Task<Results<Ok<ManifestDocument>, StatusCodeHttpResult, ProblemHttpResult>> Get(
        ManifestKind kind, string name, HttpContext http, IGrainFactory grains)
    {
        var found = await Answers.Manifest(kind, name)
            .Then(key => grains.ManifestAsync(key, http.RequestAborted));
        if (found is not Answer<Contracts.Catalogue.ManifestView>.Accepted { Value: var view })
            return Problems.Of(found.RefusalOrNull!);
        var tag = $"\"{view.State.ContentHash}\"";
        http.Response.Headers.ETag = tag;
        if (http.Request.Headers.IfNoneMatch == tag) return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        var manifest = Vocabulary.Read<Manifest>(view.Content);
        return TypedResults.Ok(new ManifestDocument(
            kind, name, view.State.ContentHash, view.State.AppliedAt, manifest, ManifestText.Write(manifest)));
    }

    private static Task<Results<Ok<EffectiveDocument>, ProblemHttpResult>> GetEffective(
        string name, string environment, IGrainFactory grains, CancellationToken cancellation) =>
        Answers.Name<ServiceName>(name, "service")
            .Then(service => Answers.Name<EnvironmentName>(environment, "environment")
                .Then(where => EffectiveAsync(service, where, grains, cancellation)))
            .Reply();

    private static async Task<Answer<EffectiveDocument>> EffectiveAsync(
        ServiceName service, EnvironmentName environment, IGrainFactory grains, CancellationToken cancellation)
    {
        var answer = await grains.GetGrain<IPlannerGrain>(0).EffectiveAsync(service, environment, cancellation);
        return answer.Map(view => new EffectiveDocument(
            $"{service}", $"{environment}", view.Values, view.Missing, ManifestText.Write(view)));
    }

    // Keys are KIND/NAME in the order of their bytes, so a kind is a range of them.
    private static async Task<Answer<Page<ManifestSummary>>> ListAsync(
        ManifestKind kind, string? after, int limit, IRows rows, CancellationToken cancellation)
    {
        var read = await rows.ListAsync(
            new RowFilter(Kinds.Manifest, After: $"{kind}/{after}", Limit: limit + 1), cancellation);
        var found = read
            .Select(row => (Row: row, Key: ManifestKey.Parse(row.Key)))
            .TakeWhile(entry => entry.Key?.Kind == kind.ToString())
            .Select(entry => new ManifestSummary(
                kind, entry.Key!.Value.Name, entry.Row.SpecHash, entry.Row.UpdatedAt))
            .ToList();
        return Pages.Of(found, limit, entry => entry.Name);
    }
}
