using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Releases;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Specs;
using OrleansRelease.Gateway.Requests;
using OrleansRelease.Gateway.Rollouts;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Gateway.Releases;

/// <summary>A release in one environment: looking at it, its way back, and what may be asked of it.</summary>
internal static class PassagesApi
{
    public static void MapPassages(this IEndpointRouteBuilder api)
    {
        var there = api.MapGroup("/releases/{name}/environments/{environment}").WithTags("Releases");
        there.MapGet("/", Get).WithName("getPassage")
            .WithSummary("A release in an environment: its services and where each is; the newest time it went there");
        there.MapGet("/spec", Spec).WithName("passageSpec")
            .WithSummary("All that it is carried out by, as resolved from the manifests when it was begun there");
        there.MapGet("/explain", Explain).WithName("explainPassage")
            .WithSummary("Why it is where it is there, what moves it, what is refused, and the way back");
        there.MapGet("/plan", Plan).WithName("passagePlan")
            .WithSummary("The way back as it would be now, or is, and every plan that was carried out");
        there.MapGet("/log", Log).WithName("passageLog").WithSummary("Every decision on record, in order");
        there.MapPost("/pause", Pause).WithName("pausePassage")
            .WithSummary("Nothing more begins there; where it has not begun, it does not begin by itself");
        there.MapPost("/resume", Resume).WithName("resumePassage")
            .WithSummary("Ends a pause by a person, or goes on after a service that failed");
        there.MapPost("/abort", Abort).WithName("abortPassage")
            .WithSummary("Takes back all that it has moved there, in reverse; with care nothing that others stand on");
        there.MapPost("/rollback", Rollback).WithName("rollbackPassage")
            .WithSummary("Takes back what has completed there, and says first who stands on it");
        there.MapPost("/retry", Retry).WithName("retryPassage")
            .WithSummary("Tries again to take back what got stuck");
        there.MapPost("/leave", Leave).WithName("leavePassage")
            .WithSummary("A service whose way back got stuck stays as it is, and the rest goes on");
    }

    private static Task<Results<Ok<PassageView>, ProblemHttpResult>> Get(
        string name, string environment, IGrainFactory grains, IRows rows, CancellationToken cancellation) =>
        grains.PassageAsync(rows, name, environment, cancellation)
            .Then(passage => grains.Passage(passage).GetAsync(cancellation)).Reply();

    private static Task<Results<Ok<PassageSpec>, ProblemHttpResult>> Spec(
        string name, string environment, IGrainFactory grains, IRows rows, ISpecs specs,
        CancellationToken cancellation) =>
        grains.PassageAsync(rows, name, environment, cancellation)
            .Then(passage => grains.Passage(passage).GetAsync(cancellation))
            .Then(view => PassagePlans.SpecAsync(view.State.SpecHash, specs, cancellation)).Reply();

    private static Task<Results<Ok<PassageExplanation>, ProblemHttpResult>> Explain(
        string name, string environment, IGrainFactory grains, IRows rows, CancellationToken cancellation) =>
        grains.PassageAsync(rows, name, environment, cancellation)
            .Then(passage => grains.Passage(passage).ExplainAsync(cancellation)).Reply();

    private static Task<Results<Ok<PassagePlans>, ProblemHttpResult>> Plan(
        string name, string environment, IGrainFactory grains, IRows rows, ILog log, CancellationToken cancellation) =>
        grains.PassageAsync(rows, name, environment, cancellation)
            .Then(passage => PassagePlans.ReadAsync(passage, grains.Passage(passage), log, cancellation)).Reply();

    private static Task<Results<Ok<Page<LoggedTransition>>, ProblemHttpResult>> Log(
        string name, string environment, long? after, int? limit, IGrainFactory grains, IRows rows, ILog log,
        CancellationToken cancellation) =>
        Pages.Limit(limit)
            .Then(size => grains.PassageAsync(rows, name, environment, cancellation)
                .Then(passage => log.PageAsync(Kinds.Passage, $"{passage}", after ?? 0, size, cancellation)))
            .Reply();

    private static Task<Results<Ok<PassageAnswer>, ProblemHttpResult>> Pause(
        string name, string environment, Caller caller, IGrainFactory grains, IRows rows, ReasonBody? body = null) =>
        grains.CommandAsync(
            rows, name, environment, body, caller,
            (release, where, command) =>
                release.PauseAsync(where, command, caller.DryRun, CancellationToken.None),
            (passage, command) => passage.PauseAsync(command, caller.DryRun, CancellationToken.None)).Reply();

    private static Task<Results<Ok<PassageAnswer>, ProblemHttpResult>> Resume(
        string name, string environment, Caller caller, IGrainFactory grains, IRows rows, ReasonBody? body = null) =>
        grains.CommandAsync(
            rows, name, environment, body, caller,
            (release, where, command) =>
                release.ResumeAsync(where, command, caller.DryRun, CancellationToken.None),
            (passage, command) => passage.ResumeAsync(command, caller.DryRun, CancellationToken.None)).Reply();

    private static Task<Results<Ok<PassageAnswer>, ProblemHttpResult>> Abort(
        string name, string environment, Caller caller, IGrainFactory grains, IRows rows, AbortBody? body = null) =>
        body?.WhenBuiltOn is { } whenBuiltOn
            ? Tell(
                name, environment, $"abort {whenBuiltOn}", caller, grains, rows, new ReasonBody(body.Reason),
                (passage, command) => passage.AbortWithCareAsync(
                    whenBuiltOn, command, caller.DryRun, CancellationToken.None))
            : Tell(
                name, environment, "abort", caller, grains, rows, new ReasonBody(body?.Reason),
                (passage, command) => passage.AbortAsync(command, caller.DryRun, CancellationToken.None));

    private static Task<Results<Ok<ReleaseReversal>, ProblemHttpResult>> Rollback(
        string name, string environment, Caller caller, IGrainFactory grains, RollbackBody? body = null) =>
        Asking.Why(new ReasonBody(body?.Reason)).Then(why => ReleaseAddresses.In(name, environment).Then(where =>
            grains.GetGrain<IReleasePlannerGrain>(0).RollbackAsync(
                new(where.Release, where.Environment, body?.WhenBuiltOn ?? WhenBuiltOn.Refuse, why.Reason),
                caller.Command(why.Reason), caller.DryRun, CancellationToken.None))).Reply();

    private static Task<Results<Ok<PassageAnswer>, ProblemHttpResult>> Retry(
        string name, string environment, Caller caller, IGrainFactory grains, IRows rows, ReasonBody? body = null) =>
        Tell(name, environment, "retry", caller, grains, rows, body, (passage, command) =>
            passage.RetryAsync(command, caller.DryRun, CancellationToken.None));

    private static Task<Results<Ok<PassageAnswer>, ProblemHttpResult>> Leave(
        string name, string environment, LeaveBody body, Caller caller, IGrainFactory grains, IRows rows) =>
        body.Service is not { } service
            ? LeaveBody.Missing.Reply()
            : Tell(
                name, environment, $"leave {service}", caller, grains, rows, new ReasonBody(body.Reason),
                (passage, command) => passage.LeaveAsync(service, command, caller.DryRun, CancellationToken.None));

    private static Task<Results<Ok<PassageAnswer>, ProblemHttpResult>> Tell(
        string name, string environment, string verb, Caller caller, IGrainFactory grains, IRows rows,
        ReasonBody? body,
        Func<IPassageGrain, Core.Commands.Command, Task<Answer<PassageView>>> ask) =>
        grains.CommandAsync(
            rows, name, environment, body, caller,
            (release, where, command) =>
                release.AddressAsync(where, verb, command, caller.DryRun, CancellationToken.None),
            ask).Reply();
}
