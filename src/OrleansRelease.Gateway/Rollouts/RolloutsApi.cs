using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Planning;
using OrleansRelease.Contracts.Rollouts;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;
using OrleansRelease.Gateway.Requests;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Gateway.Rollouts;

/// <summary>Starting a rollout, looking at it, and what may be asked of it.</summary>
internal static class RolloutsApi
{
    public static void MapRollouts(this IEndpointRouteBuilder api)
    {
        var rollouts = api.MapGroup("/rollouts").WithTags("Rollouts");
        rollouts.MapPost("/", Start).WithName("startRollout")
            .WithSummary("Moves a service to a version; answers with the rollout's name at once");
        rollouts.MapGet("/{id}", Get).WithName("getRollout")
            .WithSummary("A rollout, or SERVICE.ENVIRONMENT for the one that moves there, else the newest");
        rollouts.MapGet("/{id}/spec", Spec).WithName("rolloutSpec")
            .WithSummary("All that it is carried out by, as resolved from the manifests when it was started");
        rollouts.MapGet("/{id}/explain", Explain).WithName("explainRollout")
            .WithSummary("Why it is where it is, what moves it, what is refused, and the way back");
        rollouts.MapPost("/{id}/pause", Pause).WithName("pauseRollout").WithSummary("No further step forward");
        rollouts.MapPost("/{id}/resume", Resume).WithName("resumeRollout").WithSummary("Ends a pause by a person");
        rollouts.MapPost("/{id}/promote", Promote).WithName("promoteRollout")
            .WithSummary("Skips a pause or an analysis step, on record; never a gate");
        rollouts.MapPost("/{id}/retry", Retry).WithName("retryRollout").WithSummary("Tries a failed way back again");
        rollouts.MapPost("/{id}/abort", Abort).WithName("abortRollout").WithSummary("Takes the rollout back now");
    }

    private static async Task<Results<Accepted<StartAnswer>, Ok<StartAnswer>, ProblemHttpResult>> Start(
        StartBody body, Caller caller, IGrainFactory grains) =>
        await body.Read().Then(request => grains.GetGrain<IPlannerGrain>(0).StartAsync(
            request, caller.Command(), caller.DryRun, CancellationToken.None)) switch
        {
            Answer<StartAnswer>.Accepted { Value: var started } when caller.DryRun => TypedResults.Ok(started),
            Answer<StartAnswer>.Accepted { Value: var started } =>
                TypedResults.Accepted($"/api/v1/rollouts/{started.RolloutId}", started),
            Answer<StartAnswer>.Refused { Refusal: var refusal } => Problems.Of(refusal),
            _ => throw new UnreachableException(),
        };

    private static Task<Results<Ok<RolloutView>, ProblemHttpResult>> Get(
        string id, IGrainFactory grains, CancellationToken cancellation) =>
        grains.RolloutAsync(id, cancellation).Then(rollout => grains.Of(rollout).GetAsync(cancellation)).Reply();

    private static Task<Results<Ok<RolloutSpec>, ProblemHttpResult>> Spec(
        string id, IGrainFactory grains, ISpecs specs, CancellationToken cancellation) =>
        grains.RolloutAsync(id, cancellation)
            .Then(rollout => grains.Of(rollout).GetAsync(cancellation))
            .Then(view => specs.ReadAsync(view.State.SpecHash, cancellation))
            .Reply();

    private static Task<Results<Ok<Explanation>, ProblemHttpResult>> Explain(
        string id, IGrainFactory grains, CancellationToken cancellation) =>
        grains.RolloutAsync(id, cancellation).Then(rollout => grains.Of(rollout).ExplainAsync(cancellation)).Reply();

    private static Task<Results<Ok<RolloutView>, ProblemHttpResult>> Pause(
        string id, Caller caller, IGrainFactory grains, ReasonBody? body = null) =>
        Asking.AskAsync(id, body, caller, (rollout, command) =>
            grains.Of(rollout).PauseAsync(command, caller.DryRun, CancellationToken.None)).Reply();

    private static Task<Results<Ok<RolloutView>, ProblemHttpResult>> Resume(
        string id, Caller caller, IGrainFactory grains, ReasonBody? body = null) =>
        Asking.AskAsync(id, body, caller, (rollout, command) =>
            grains.Of(rollout).ResumeAsync(command, caller.DryRun, CancellationToken.None)).Reply();

    private static Task<Results<Ok<RolloutView>, ProblemHttpResult>> Promote(
        string id, Caller caller, IGrainFactory grains, ReasonBody? body = null) =>
        Asking.AskAsync(id, body, caller, (rollout, command) =>
            grains.Of(rollout).PromoteAsync(command, caller.DryRun, CancellationToken.None)).Reply();

    private static Task<Results<Ok<RolloutView>, ProblemHttpResult>> Retry(
        string id, Caller caller, IGrainFactory grains, ReasonBody? body = null) =>
        Asking.AskAsync(id, body, caller, (rollout, command) =>
            grains.Of(rollout).RetryAsync(command, caller.DryRun, CancellationToken.None)).Reply();

    private static Task<Results<Ok<AbortAnswer>, ProblemHttpResult>> Abort(
        string id, Caller caller, IGrainFactory grains, ReasonBody? body = null) =>
        Asking.AskAsync(id, body, caller, (rollout, command) => grains.AbortAsync(rollout, command, caller)).Reply();
}
