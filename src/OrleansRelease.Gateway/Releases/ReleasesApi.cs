using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Releases;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Promotion;
using OrleansRelease.Gateway.Requests;
using OrleansRelease.Gateway.Rollouts;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Gateway.Releases;

/// <summary>Starting a release, and where it is on its way through its environments.</summary>
internal static class ReleasesApi
{
    public static void MapReleases(this IEndpointRouteBuilder api)
    {
        var releases = api.MapGroup("/releases").WithTags("Releases");
        releases.MapPost("/{name}/start", Start).WithName("startRelease")
            .WithSummary("Carries a release through an environment, or wherever it may begin now; answers at once");
        releases.MapGet("/{name}/state", Get).WithName("getReleaseState")
            .WithSummary("Where a started release is, environment by environment");
        releases.MapGet("/{name}/explain", Explain).WithName("explainRelease")
            .WithSummary("Why it is where it is, what moves it, and how it stands in each environment");
        releases.MapGet("/{name}/log", Log).WithName("releaseLog").WithSummary("Every decision on record, in order");
        releases.MapPost("/{name}/retry", Retry).WithName("retryRelease")
            .WithSummary("One that could not be decided on is tried again");
        api.MapGroup("/passages").WithTags("Releases").MapGet("/", List).WithName("listPassages")
            .WithSummary("Releases in environments, each time that one went through, by environment and phase");
    }

    private static async Task<Results<Accepted<ReleaseStarted>, Ok<ReleaseStarted>, ProblemHttpResult>> Start(
        string name, Caller caller, IGrainFactory grains, ReleaseStartBody? body = null) =>
        await Named(name).Then(release => grains.GetGrain<IReleasePlannerGrain>(0).StartAsync(
            new(release, body?.Environment, body?.Priority), caller.Command(), caller.DryRun,
            CancellationToken.None)) switch
        {
            Answer<ReleaseStarted>.Accepted { Value: var started } when caller.DryRun => TypedResults.Ok(started),
            Answer<ReleaseStarted>.Accepted { Value: var started } =>
                TypedResults.Accepted($"/api/v1/releases/{started.Release}/state", started),
            Answer<ReleaseStarted>.Refused { Refusal: var refusal } => Problems.Of(refusal),
            _ => throw new UnreachableException(),
        };

    private static Task<Results<Ok<ReleaseDocument>, ProblemHttpResult>> Get(
        string name, IGrainFactory grains, IRows rows, CancellationToken cancellation) =>
        Named(name).Then(release => grains.Release(release).GetAsync(cancellation))
            .Then(view => ReleaseDocument.OfAsync(view, rows, cancellation))
            .Reply();

    private static Task<Results<Ok<ReleaseExplanation>, ProblemHttpResult>> Explain(
        string name, IGrainFactory grains, CancellationToken cancellation) =>
        Named(name).Then(release => grains.Release(release).ExplainAsync(cancellation)).Reply();

    private static Task<Results<Ok<Page<LoggedTransition>>, ProblemHttpResult>> Log(
        string name, long? after, int? limit, ILog log, CancellationToken cancellation) =>
        Pages.Limit(limit)
            .Then(size => Named(name).Then(release =>
                log.PageAsync(Kinds.Release, $"{release}", after ?? 0, size, cancellation)))
            .Reply();

    private static Task<Results<Ok<RowSummary>, ProblemHttpResult>> Retry(
        string name, Caller caller, IGrainFactory grains, IRows rows, ReasonBody? body = null) =>
        Named(name)
            .Then(release => rows.RetryAsync(Kinds.Release, $"{release}", grains.Release(release), body, caller))
            .Reply();

    private static Task<Results<Ok<Page<RowSummary>>, ProblemHttpResult>> List(
        [AsParameters] PassageSearch search, IRows rows, CancellationToken cancellation) =>
        rows.PageAsync(search.Read(), cancellation).Reply();

    private static Answer<ReleaseName> Named(string name) => Answers.Name<ReleaseName>(name, "release");
}
