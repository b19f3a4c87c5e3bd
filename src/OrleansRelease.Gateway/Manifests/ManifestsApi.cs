using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Gateway.Requests;

namespace OrleansRelease.Gateway.Manifests;

/// <summary>Applying manifests: all that is wrong with a file at once, or what changed.</summary>
internal static class ManifestsApi
{
    public static void MapManifests(this IEndpointRouteBuilder api) =>
        api.MapGroup("/manifests").WithTags("Manifests").MapPost("/", Apply).WithName("applyManifests")
            .WithSummary("Applies a file of manifests: YAML text, or JSON with the file's name")
            .WithMetadata(new BodyLimit(GatewayLimits.ManifestBody))
            .Accepts<ManifestBody>("application/json", "application/yaml");

    private static async Task<Results<Ok<ManifestChanges>, ProblemHttpResult>> Apply(
        ManifestUpload upload, Caller caller, IGrainFactory grains)
    {
        var read = ManifestReader.Read(upload.Yaml, upload.File);
        if (!read.IsClean) return Invalid(read.Problems);
        return await upload.PreconditionFor(read.Manifests.Length)
            .Then(ifMatch => grains.ApplyAsync(read.Manifests, ifMatch, caller))
            .Reply();
    }

    /// <summary>All that is wrong with a file.</summary>
    internal static ProblemHttpResult Invalid(ImmutableArray<Problem> problems)
    {
        var body = Problems.Body(new Refusal(
            Problems.InvalidManifests,
            problems.Length == 1 ? "there is 1 problem" : $"there are {problems.Length} problems",
            "what each problem expects"));
        body.Extensions["problems"] = problems;
        return TypedResults.Problem(body);
    }
}
