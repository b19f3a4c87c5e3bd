using System.Collections.Immutable;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Leases;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Simulating;
using OrleansRelease.Core.Slots;
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
/// <param name="StandOn">Who stands on it, and is not taken back with it; null: nobody does.</param>
/// <param name="Reverses">What has completed and is taken back; null: what moves, or has until it was stopped.</param>
/// <param name="With">Whose releases are taken back first, by the same plan; null: nobody's.</param>
/// <param name="NotKnown">Why it is not known how that would be taken back; null: it is.</param>
/// <param name="Expected">
/// What is left of it is expected to take so long, along the slowest chain of steps that wait for each other; null:
/// nobody has looked.
/// </param>
/// <param name="StandOnNotKnown">Why it is not known who stands on it while it is under way; null: it is.</param>
/// <param name="Sum">What <paramref name="AtMost"/> is the sum of; null: nothing is left of it.</param>
public sealed record PlannedRollback(
    int Number,
    bool IsCarriedOut,
    ImmutableArray<PlannedReturn> Steps,
    ImmutableArray<ServiceName> Resume,
    TimeSpan AtMost,
    ImmutableArray<LeftAlone> Left,
    Stabilise? Stabilises = null,
    ImmutableArray<StandsOn>? StandOn = null,
    PassageId? Reverses = null,
    ImmutableArray<TakenWith>? With = null,
    string? NotKnown = null,
    TimeSpan? Expected = null,
    string? StandOnNotKnown = null,
    ImmutableArray<BoundPart>? Sum = null)
{
    /// <summary>What has completed would be taken back, and nobody can say how.</summary>
    public static PlannedRollback Unknown(PassageId reverses, string reason) =>
        new(1, IsCarriedOut: false, [], [], TimeSpan.Zero, [], Reverses: reverses, NotKnown: reason);

    /// <summary>The whole of it, before anything was begun: as if every service had been moved.</summary>
    public static PlannedRollback OfAll(
        PassageSpec spec, IReadOnlyDictionary<ServiceName, VersionName?> baselines, string specHash,
        DateTimeOffset now, ExpectedUndo? expected = null)
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
            now, expected);
    }

    /// <summary>How what has completed would be taken back, before that was begun.</summary>
    public static PlannedRollback OfReversal(
        PassageSpec spec, PassageId id, string specHash, DateTimeOffset now, ExpectedUndo? expected = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return Of(
            spec,
            new(
                id, specHash, ActorName.From("plan"), Rank.Of(id, now, 0), now, new PassageStage.Leasing(), now,
                [.. spec.Services.Select(entry => new Part(entry.Service, new PartStage.Untouched()))],
                now, null, 0, []),
            now, expected);
    }

    public static PlannedRollback Of(
        PassageSpec spec, PassageState state, DateTimeOffset now, ExpectedUndo? expected = null,
        WhoStands? standing = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(state);
        state = AsIfLeased(spec, state);
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
        ImmutableArray<PlannedReturn> steps =
        [
            .. plan.Steps.Select(step => PlannedReturn.Of(
                step, services[step.Service], parts[step.Service],
                order.StandingOn(step.Service, plan.Has), running is not null, now, expected)),
        ];
        ImmutableArray<BoundPart> sum = state.Stage is PassageStage.Stabilising
            ? []
            : [.. StopOf(spec, state, now), .. plan.SumOf(spec, order, state, now)];
        return new(
            plan.Number, running is not null, steps,
            [.. order.Forward.Where(plan.Has)],
            sum.Aggregate(TimeSpan.Zero, (all, part) => all + part.AtMost),
            [
                .. state.Parts.Select(part => part.Stage is PartStage.Left left
                    ? new LeftAlone(part.Service, left.Reason)
                    : null).OfType<LeftAlone>(),
                .. spec.Reverses?.Left ?? [],
            ],
            plan.Steps.Any(step => parts[step.Service].Grant?.Baseline is not null) ? spec.Stabilise : null,
            spec.Reverses is { With.IsEmpty: true, Known: { IsEmpty: false } known } ? known : standing?.By,
            spec.Reverses?.Passage,
            spec.Reverses is { With.IsEmpty: false } with ? TakenWith.Of(with, spec.Services) : null,
            Expected: state.Stage is PassageStage.Stabilising
                ? null
                : PlannedReturn.ExpectedOf(steps, service => parts[service].IsClear),
            StandOnNotKnown: standing?.NotKnown,
            Sum: sum.IsEmpty ? null : sum);
    }

    // Of a reversal that has done nothing yet all is to go back that it was planned for. A pause has no place there.
    private static PassageState AsIfLeased(PassageSpec spec, PassageState state)
    {
        if (spec.Reverses is null
            || state.Stage is not (PassageStage.Requiring or PassageStage.StoodUpon or PassageStage.Leasing
                or PassageStage.Looking))
        {
            return state;
        }

        var services = spec.Services.ToDictionary(service => service.Service);
        return state with
        {
            Parts =
            [
                .. state.Parts.Select(part => part with
                {
                    Grant = part.Grant ?? new Grant(
                        new RolloutId(spec.SlotOf(part.Service), 1), 1, services[part.Service].Reverses?.To?.Version),
                    Stage = services[part.Service].Reverses is { IsNeedless: true }
                        ? new PartStage.Back("the version before is the same")
                        : new PartStage.Halted(PassageReversal.Everything(services[part.Service])),
                    Happened = PassageReversal.Everything(services[part.Service]),
                }),
            ],
        };
    }

    // Nothing is taken back before everything has stopped, and a server may be lost then or later: once.
    private static IEnumerable<BoundPart> StopOf(PassageSpec spec, PassageState state, DateTimeOffset now) =>
        state.Stage switch
        {
            PassageStage.GoingBack => [ReleaseBound.OneFailover],
            // Nothing moves that would have to stop.
            _ when spec.Reverses is not null => [ReleaseBound.OneFailover],
            PassageStage.Halting halting =>
            [
                new(
                    "everything stopped, or one failover",
                    halting.Deadline > now ? halting.Deadline - now : TimeSpan.Zero),
            ],
            _ => [new("everything stopped", PassageLimits.StopWithin), ReleaseBound.OneFailover],
        };
}

/// <summary>One service of a way back.</summary>
/// <param name="Service">What is taken back.</param>
/// <param name="To">To which version; null: nothing ran there.</param>
/// <param name="Steps">What is done, each verified before the next.</param>
/// <param name="After">What has to be back before.</param>
/// <param name="AtMost">How long it takes at most, all attempts included.</param>
/// <param name="Standing">How it stands with it; null: there is nothing to say while nothing is carried out.</param>
/// <param name="Expected">How long each of its steps is expected to take, and why; null: nobody has looked.</param>
/// <param name="Limits">
/// How long each of its steps takes at most, all attempts included; null: a build says so that did not reckon them.
/// </param>
public sealed record PlannedReturn(
    ServiceName Service, VersionName? To, ImmutableArray<string> Steps, ImmutableArray<ServiceName> After,
    TimeSpan AtMost, string? Standing, ImmutableArray<Expected>? Expected = null,
    ImmutableArray<TimeSpan>? Limits = null)
{
    internal static PlannedReturn Of(
        RollbackStep step, PassageEntry service, Part part, ImmutableArray<ServiceName> after, bool isCarriedOut,
        DateTimeOffset now, ExpectedUndo? expected)
    {
        var (baseline, happened) = (part.Grant?.Baseline, step.Happened ?? Happened.Anything);
        var steps = StepsOf(service, baseline, happened).ToList();
        ImmutableArray<Expected> known =
            [.. steps.Select(undo => expected?.Invoke(step.Service, undo)).OfType<Expected>()];
        return new(
            step.Service, baseline, [.. steps.Select(Wording.Of)], after,
            step.AtMost(service, baseline is not null, now),
            StandingOf(step, part, now) ?? (isCarriedOut ? "waits for its turn" : null),
            known.Length == steps.Count && steps.Count > 0 ? known : null,
            [.. steps.Select(service.Undo.Of)]);
    }

    /// <summary>Whatever has to be back before stands before it.</summary>
    internal static TimeSpan? ExpectedOf(ImmutableArray<PlannedReturn> steps, Func<ServiceName, bool> isDone)
    {
        var ends = new Dictionary<ServiceName, TimeSpan>();
        foreach (var step in steps)
        {
            var own = isDone(step.Service) || step.Steps.IsEmpty ? TimeSpan.Zero
                : step.Expected is { } known ? known.Aggregate(TimeSpan.Zero, (sum, one) => sum + one.Time)
                : (TimeSpan?)null;
            if (own is not { } took) return null;
            ends[step.Service] = took + step.After.Select(name => ends[name]).DefaultIfEmpty(TimeSpan.Zero).Max();
        }

        return ends.Count == 0 ? null : ends.Values.Max();
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

    private static string? StandingOf(RollbackStep step, Part part, DateTimeOffset now) => part.Stage switch
    {
        PartStage.Back => "back",
        PartStage.Left => "left as it is",
        PartStage.Undoing => "is being taken back",
        PartStage.GoingBack back => $"takes itself back: {back.Reason}",
        PartStage.Stuck stuck => $"got stuck: {stuck.Reason}",
        _ when step.Happened?.UnknownUntil is { } until && until > now =>
            $"waits until {Explaining.Readable.Clock(until, now)}: a call may still arrive there",
        _ when step.Happened is { IsAssumed: true } => "has not said what has happened, so everything may have",
        _ => null,
    };
}

/// <summary>What has been built on a release, and is taken back with it.</summary>
/// <param name="By">The release that has brought it; a rollout of no release by its own name.</param>
/// <param name="Brought">What it has brought, ascending by service.</param>
public sealed record TakenWith(PassageId By, ImmutableArray<BroughtVersion> Brought)
{
    // What stands on nothing goes too: they go as a whole.
    internal static ImmutableArray<TakenWith> Of(Reversing reversing, ImmutableArray<PassageEntry> services) =>
    [
        .. reversing.With.Select(by => new TakenWith(
            by,
            [
                .. reversing.Known.Where(one => one.By == by)
                    .Select(one => new BroughtVersion(one.Service, one.Version))
                    .Concat(services.Where(entry => entry.Reverses?.From.Bringer == by)
                        .Select(entry => new BroughtVersion(entry.Service, entry.Version)))
                    .Distinct().OrderBy(one => $"{one.Service}", StringComparer.Ordinal),
            ])),
    ];

    public override string ToString() => $"{By} ({string.Join(", ", Brought)})";
}

/// <summary>A version of a service that somebody has brought there.</summary>
public sealed record BroughtVersion(ServiceName Service, VersionName Version)
{
    public override string ToString() => $"{Service} {Version}";
}

/// <summary>A service that stays as it is.</summary>
public sealed record LeftAlone(ServiceName Service, string Reason);
