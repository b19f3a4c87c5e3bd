using System.Collections.Immutable;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Freezes;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slos;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Planning;

/// <summary>
/// What a start would do, before anything moves: forward, back from the last step, the bound, and what forbids it. A
/// freeze forbids nothing: what is started waits for its end. <see cref="NeverUndone"/> are the hooks that no way back
/// takes back; null: there are none. It comes after <see cref="HeldBy"/>; null: at once. <see cref="Prices"/> say what
/// it can cost the error budgets of its service; null: it has none. In an <see cref="Emergency"/> that forbids nothing.
/// </summary>
public sealed record RolloutPlan(
    SlotKey Slot,
    VersionName? From,
    VersionName To,
    string SpecHash,
    string Strategy,
    ImmutableArray<PlannedStep> Forward,
    ImmutableArray<PlannedMetric> JudgedOn,
    ImmutableArray<PlannedUndo> Back,
    Bound? Bound,
    TimeSpan RollbackWithin,
    UndecidedRule Undecided,
    TimeSpan KeepPrevious,
    string TargetFencing,
    string TrafficFencing,
    ImmutableArray<Refusal> Refusals,
    Freeze? Freeze = null,
    ImmutableArray<PlannedWait>? WaitsFor = null,
    ImmutableArray<string>? NeverUndone = null,
    PlannedHolder? HeldBy = null,
    ImmutableArray<SloPrice>? Prices = null,
    string? Emergency = null)
{
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsReady => Refusals.IsEmpty;

    /// <summary>What it wants of the error budgets that somebody has limited; null: nothing.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public ImmutableArray<BudgetClaim>? Budgets
    {
        get
        {
            ImmutableArray<BudgetClaim> claims =
            [
                .. (Prices ?? []).Select(price => price.Claim).OfType<BudgetClaim>(),
            ];
            return claims.IsEmpty ? null : claims;
        }
    }

    /// <param name="spec">What would be carried out.</param>
    /// <param name="specHash">By what it is known.</param>
    /// <param name="baseline">Where its way back would lead.</param>
    /// <param name="stable">What is stable of the services that it requires.</param>
    /// <param name="asked">What the source of numbers has said.</param>
    /// <param name="releaseBound">
    /// Of the release that it is a part of and goes back with: others that came after it go back before it, and it is
    /// bad until then.
    /// </param>
    /// <param name="emergency">Why neither budget nor missing numbers are a hindrance; null: they are.</param>
    public static RolloutPlan Of(
        RolloutSpec spec, string specHash, VersionName? baseline, IReadOnlyCollection<StableOf>? stable = null,
        AskedBefore? asked = null, TimeSpan? releaseBound = null, string? emergency = null)
    {
        ImmutableArray<PlannedWait> waits =
            [.. (spec.Requires ?? []).Select(requirement => PlannedWait.Of(requirement, stable ?? []))];
        var bound = Bound.Of(spec, baseline is not null);
        // What is at its version already is left as it is, and costs nothing.
        var prices = baseline == spec.Version ? [] : SloPrice.Of(spec, Longest(bound, releaseBound), asked?.Budgets);
        return new(
            spec.Slot, baseline, spec.Version, specHash, spec.StrategyName,
            [.. spec.Steps.Select(PlannedStep.Of)],
            [
                .. spec.Background.Concat(spec.Burns).Select(metric =>
                    PlannedMetric.Of(metric, asked?.Telemetry?.GetValueOrDefault(metric.Name))),
            ],
            [.. WayBack.Longest(spec, baseline).Steps.Select(step => PlannedUndo.Of(spec, step))],
            bound, spec.RollbackWithin, spec.Undecided, spec.KeepPrevious,
            spec.Target.Fencing.ToString(), spec.Traffic.Fencing.ToString(),
            [
                .. Forbidden(spec, baseline, bound), .. waits.SelectMany(wait => wait.Forbidden(spec)),
                .. emergency is null
                    ? prices.Select(price => price.Forbidden()).OfType<Refusal>().Concat(Unseen(spec, asked?.Telemetry))
                    : [],
            ],
            WaitsFor: waits.IsEmpty ? null : waits,
            NeverUndone: spec.Hooks.All(hook => hook.Undo is not null)
                ? null
                : [.. spec.Hooks.Where(hook => hook.Undo is null).Select(hook => hook.Name)],
            Prices: prices.IsEmpty ? null : prices,
            Emergency: emergency);
    }

    /// <summary>
    /// With what the slot would say. That is not asked before a start, which the slot decides: of the same command told
    /// twice, the second one would be refused because of the first.
    /// </summary>
    public RolloutPlan At(SlotState? slot, WhenBusy whenBusy) => this with
    {
        HeldBy = PlannedHolder.Of(slot),
        Refusals =
        [
            .. Refusals,
            // Said already, from where the way back leads.
            .. StartRules.Check(slot, new(
                Slot, To, SpecHash, whenBusy, Request: "", Budgets: Budgets, Emergency: Emergency)) is { } no
                && Refusals.All(known => known.Code != no.Code)
                ? [no]
                : Array.Empty<Refusal>(),
        ],
    };

    /// <summary>For how long a step may be bad: a part of a release is until others have gone back before it.</summary>
    internal static TimeSpan? Longest(Bound? ofItself, TimeSpan? ofRelease) =>
        ofItself is not null && ofRelease > ofItself.Total ? ofRelease : ofItself?.Total;

    // Where nothing runs yet nobody has asked.
    private static IEnumerable<Refusal> Unseen(RolloutSpec spec, IReadOnlyDictionary<string, Telemetry>? telemetry)
    {
        foreach (var name in spec.MinimumTelemetry ?? [])
        {
            var why = telemetry?.GetValueOrDefault(name) switch
            {
                Telemetry.Absent(var reason) => reason,
                Telemetry.Unanswered(var reason) => $"the source does not say: {reason}",
                _ => null,
            };
            if (why is null) continue;
            yield return new(
                RefusalCodes.NoTelemetry, $"{name} has no numbers of the version that runs now: {why}",
                "the same when it has, minimumTelemetry without it, or an emergency with its reason");
        }
    }

    private static IEnumerable<Refusal> Forbidden(RolloutSpec spec, VersionName? baseline, Bound? bound)
    {
        if (baseline == spec.Version)
            yield return new(RefusalCodes.AlreadyStable, $"{spec.Version} is what runs there", "another version");
        if (baseline is null && spec.Traffic.SharesAddUp
            && spec.Steps.OfType<Step.SetWeight>().FirstOrDefault(
                step => step.Weight > Weight.None && step.Weight < Weight.All) is { } share)
        {
            yield return new(
                RefusalCodes.FirstVersion,
                $"{spec.Version} is the first version there: nobody would answer what is not in its {share.Weight}",
                "a strategy for it that begins with all requests, such as all-at-once");
        }

        // What nobody could judge, or could not bound, was refused when the specification was resolved.
        if (bound is not null && bound.Total > spec.RollbackWithin)
        {
            yield return new(
                RefusalCodes.BoundExceeded,
                $"the way back can take {Duration.Format(bound.Total)}, longer than rollback.within "
                    + Duration.Format(spec.RollbackWithin),
                "a shorter interval, failureLimit or readiness.within, or a longer rollback.within");
        }
    }
}

/// <summary>What must be stable before the first step, what is, and whether that will do.</summary>
public sealed record PlannedWait(ServiceName Service, VersionName AtLeast, VersionName? Stable, bool IsMet)
{
    internal static PlannedWait Of(Requirement requirement, IReadOnlyCollection<StableOf> all)
    {
        var stable = all.FirstOrDefault(one => one.Service == requirement.Service)?.Version;
        return new(requirement.Service, requirement.AtLeast, stable, requirement.IsMetBy(stable));
    }

    /// <summary>As people read it.</summary>
    public string Text() => new Requirement(Service, AtLeast).Standing(Stable);

    // Waiting would not end it: nobody can say which of the two is later.
    internal IEnumerable<Refusal> Forbidden(RolloutSpec spec)
    {
        if (Stable is { } stable && SemanticVersion.Of(stable) is null)
        {
            yield return new(
                RefusalCodes.BadVersion,
                $"{Service} in {spec.Environment} is at {stable}, and {spec.Service} requires at least {AtLeast}: "
                    + "only semantic versions can be compared",
                $"a version of {Service} there such as {AtLeast}, or {Service} without atLeast in dependsOn");
        }
    }
}

/// <summary>One step, and how long it takes at least.</summary>
public sealed record PlannedStep(string Text, Weight? Weight, TimeSpan AtLeast)
{
    internal static PlannedStep Of(Step step) =>
        new(Wording.Of(step), (step as Step.SetWeight)?.Weight, step.AtLeast);
}

/// <summary>One metric that the rollout would be judged on.</summary>
/// <param name="Telemetry">What its source has of the version that runs now; null: nobody has asked.</param>
public sealed record PlannedMetric(
    string Name, string Limit, TimeSpan Interval, int FailureLimit, bool DryRun, Telemetry? Telemetry = null)
{
    internal static PlannedMetric Of(Analysis.MetricSpec metric, Telemetry? telemetry) => new(
        metric.Name,
        metric.Burn?.Text
            ?? (metric.Thresholds.IsHard ? metric.Thresholds.Text(metric.Unit) : metric.LimitsText),
        metric.Limits.Interval,
        // What is shown to be worse goes back at once.
        metric is { Compare: not null, Thresholds.IsHard: false } ? 0 : metric.Limits.FailureLimit, metric.DryRun,
        telemetry);
}

/// <summary>One step of the way back from the last step, and how long it can take at most.</summary>
public sealed record PlannedUndo(string Text, TimeSpan AtMost)
{
    internal static PlannedUndo Of(RolloutSpec spec, UndoStep step) => new(
        Wording.Of(step, spec.Shed),
        step switch
        {
            UndoStep.EnsureBaseline => spec.Target.DeployLimits.WorstCase,
            UndoStep.RestoreTraffic => spec.Traffic.Limits.WorstCase,
            UndoStep.UndoHook undo => Bound.HooksUndone([new Step.Hook(spec.HookOf(undo.Hook))]),
            _ => spec.Target.RetireLimits.WorstCase,
        });
}
