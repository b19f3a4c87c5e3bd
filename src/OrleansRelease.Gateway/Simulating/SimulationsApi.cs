using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansRelease.Contracts.Planning;
using OrleansRelease.Contracts.Releases;
using OrleansRelease.Core.Promotion;
using OrleansRelease.Core.Simulating;
using OrleansRelease.Gateway.Manifests;
using OrleansRelease.Gateway.Requests;

namespace OrleansRelease.Gateway.Simulating;

/// <summary>What a release would be like, before anything moves.</summary>
internal static class SimulationsApi
{
    // As long as one of them takes at most.
    private static readonly string InSeconds = SimulationRun.Longest.TotalSeconds.ToString(
        "0", CultureInfo.InvariantCulture);

    public static void MapSimulations(this IEndpointRouteBuilder api)
    {
        var simulations = api.MapGroup("/simulations").WithTags("Simulations")
            .WithMetadata(new BodyLimit(GatewayLimits.ManifestBody));
        simulations.MapPost("/", Simulate).WithName("simulate")
            .WithSummary("How long a release would take, and every way back of it; changes nothing");
        simulations.MapPost("/environments", Environments).WithName("simulatedEnvironments")
            .WithSummary("Through which environments a release would go, in order; changes nothing");
    }

    // The caller is taken only for its key: every POST answers with one, and this one changes nothing anyway.
    private static async Task<Results<Ok<ReleaseSimulation>, ProblemHttpResult>> Simulate(
        SimulationBody body, Caller caller, IGrainFactory grains, SimulationRun run, HttpResponse response,
        CancellationToken cancellation)
    {
        var file = body.Manifests();
        if (!file.IsClean) return ManifestsApi.Invalid(file.Problems);
        var answer = await body.Read(file.Manifests)
            .Then(request => grains.GetGrain<IPlannerGrain>(0).SimulationAsync(request, cancellation))
            .Then(ground => run.OfAsync(ground, body.FailAt, body.Tried, cancellation));
        if (answer.RefusalOrNull?.Code == Problems.Busy) response.Headers.RetryAfter = InSeconds;
        return await Task.FromResult(answer).Reply();
    }

    // The same body, so that whoever asks where it can be simulated asks with what is to be simulated there.
    private static async Task<Results<Ok<ReleaseRoute>, ProblemHttpResult>> Environments(
        SimulationBody body, Caller caller, IGrainFactory grains, CancellationToken cancellation)
    {
        var file = body.Manifests();
        if (!file.IsClean) return ManifestsApi.Invalid(file.Problems);
        return await body.Named(file.Manifests)
            .Then(release => grains.GetGrain<IReleasePlannerGrain>(0)
                .RouteAsync(release, file.Manifests, cancellation))
            .Reply();
    }
}
