using System.Collections.Immutable;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Leases;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Planning;

/// <summary>
/// The way back of a release in one environment as people read it, at any time: the plan that is carried out, or the
/// one that would be if everything were stopped now.
/// </summary>
/// <param name="Number">Of the plan; of one that is not carried out, the number that it would get.</param>
/// <param name="IsCarriedOut">Whether that is so now.</param>
/// <param name="Steps">In the exact reverse of the order of the release.</param>
/// <param name="Resume">In which order its services may be moved again afterwards: providers first.</param>
/// <param name="AtMost">
/// From now, with the stop that comes before it; steps that wait for nothing of each other go together.
/// </param>
/// <param name="Left">What is not touched, and why.</param>
/// <param name="Stabilises">
/// What has to be so after it until it is called done, which is no part of its time; null: nothing.
/// </param>
public sealed record PlannedRollback(
    int Number,
    bool IsCarriedOut,
    ImmutableArray<PlannedReturn> Steps,
    ImmutableArray<ServiceName> Resume,
    TimeSpan AtMost,
    ImmutableArray<LeftAlone> Left,
    Stabilise? Stabilises = null)
{
    /// <summary>The whole of it, before anything was begun: as if every service had been moved.</summary>
    public static PlannedRollback OfAll(
        PassageSpec spec, IReadOnlyDictionary<ServiceName, VersionName?> baselines, string specHash,
        DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(baselines);
        var id = new PassageId(spec.Release, spec.Environment, 1);
        return Of(
            spec,
            new(
                id, specHash, ActorName.From("plan"), Rank.Of(id, now, 0), now, new PassageStage.Moving(), now,
                [
                    .. spec.Services.Select(entry => new Part(
                        entry.Service,
                        // What is at its version already has nothing to do, and nothing to take back.
                        baselines[entry.Service] == entry.Version
                            ? new PartStage.Halted(new Happened(Deployed: false, Exposed: false))
                            : new PartStage.Verified(),
                        1, new Grant(new RolloutId(spec.SlotOf(entry.Service), 1), 1, baselines[entry.Service]), 1,
                        new Happened(Deployed: true, Exposed: true, Hooked: true))),
                ],
                now, null, 0, []),
            now);
    }

    public static PlannedRollback Of(PassageSpec spec, PassageState state, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(state);
        var order = new PassageDecider(spec).Order;
        var running = state.Stage switch
        {
            PassageStage.GoingBack back => back.Plan,
            PassageStage.Stabilising back => back.Plan,
            _ => null,
        };
        var plan = running ?? RollbackPlan.Of(state.Plans + 1, order, state);
        var services = spec.Services.ToDictionary(service => service.Service);
        var parts = state.Parts.ToDictionary(part => part.Service);
        return new(
            plan.Number, running is not null,
            [
                .. plan.Steps.Select(step => PlannedReturn.Of(
                    step, services[step.Service], parts[step.Service],
                    order.StandingOn(step.Service, plan.Has), now)),
            ],
            [.. order.Forward.Where(plan.Has)],
            state.Stage is PassageStage.Stabilising
                ? TimeSpan.Zero
                : StopOf(state, now) + plan.AtMost(spec, order, state, now),
            [
                .. state.Parts.Select(part => part.Stage is PartStage.Left left
                    ? new LeftAlone(part.Service, left.Reason)
                    : null).OfType<LeftAlone>(),
            ],
            plan.Steps.Any(step => parts[step.Service].Grant?.Baseline is not null) ? spec.Stabilise : null);
    }

    // Nothing is taken back before everything has stopped, and a server may be lost then or later: once.
    private static TimeSpan StopOf(PassageState state, DateTimeOffset now) => state.Stage switch
    {
        PassageStage.GoingBack => Bound.Failover,
        PassageStage.Halting halting => halting.Deadline > now ? halting.Deadline - now : TimeSpan.Zero,
        _ => PassageLimits.HaltWithin,
    };
}

/// <summary>One service of a way back.</summary>
/// <param name="Service">What is taken back.</param>
/// <param name="To">To which version; null: nothing ran there.</param>
/// <param name="Steps">What is done, each verified before the next.</param>
/// <param name="After">What has to be back before.</param>
/// <param name="AtMost">How long it takes at most, all attempts included.</param>
/// <param name="Standing">How it stands with it.</param>
public sealed record PlannedReturn(
    ServiceName Service, VersionName? To, ImmutableArray<string> Steps, ImmutableArray<ServiceName> After,
    TimeSpan AtMost, string Standing)
{
    internal static PlannedReturn Of(
        RollbackStep step, PassageEntry service, Part part, ImmutableArray<ServiceName> after, DateTimeOffset now)
    {
        var (baseline, happened) = (part.Grant?.Baseline, step.Happened ?? Happened.Anything);
        return new(
            step.Service, baseline, [.. StepsOf(service, baseline, happened).Select(Wording.Of)], after,
            step.AtMost(service, baseline is not null, now), StandingOf(step, part, now));
    }

    // Which of its hooks have happened the rollout knows; here they all may have.
    private static IEnumerable<UndoStep> StepsOf(PassageEntry service, VersionName? baseline, Happened happened)
    {
        var steps = WayBack.Longest(baseline, service.Version).Steps;
        return
        [
            .. Hooks(HookPlace.BeforeTraffic),
            .. steps.Where(step => step is not UndoStep.RetireCandidate && happened.Exposed),
            .. Hooks(HookPlace.BeforeRetire),
            .. steps.Where(step => step is UndoStep.RetireCandidate && happened.Deployed),
            .. Hooks(HookPlace.Last),
        ];

        IEnumerable<UndoStep> Hooks(HookPlace place) => happened.Hooked
            ? service.Undo.HooksAt(place).Select(hook => new UndoStep.UndoHook(hook.Hook))
            : [];
    }

    private static string StandingOf(RollbackStep step, Part part, DateTimeOffset now) => part.Stage switch
    {
        PartStage.Back => "back",
        PartStage.Left => "left as it is",
        PartStage.Undoing => "is being taken back",
        PartStage.GoingBack back => $"takes itself back: {back.Reason}",
        PartStage.Stuck stuck => $"got stuck: {stuck.Reason}",
        _ when step.Happened?.UnknownUntil is { } until && until > now =>
            $"waits until {Explaining.Readable.Clock(until, now)}: a call may still arrive there",
        _ when step.Happened is { IsAssumed: true } => "has not said what has happened, so everything may have",
        _ => "waits for its turn",
    };
}

/// <summary>A service that stays as it is.</summary>
public sealed record LeftAlone(ServiceName Service, string Reason);
