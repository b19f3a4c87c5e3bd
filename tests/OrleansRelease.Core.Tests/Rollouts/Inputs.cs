using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Attribution;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Rollouts;

/// <summary>Everything that can come to a rollout, made to fit the place in which it comes.</summary>
internal static class Inputs
{
    private static readonly RolloutId Next = RolloutId.From("shop.production.3");

    public static readonly ImmutableArray<(string Name, Func<RolloutScenario, RolloutInput> Make, TimeSpan Later)> All =
    [
        .. OfTheSystem,
        .. Outcomes().Select(it => (it.Name, Reported(it.Outcome, earlier: false), TimeSpan.Zero)),
        .. Outcomes().Select(it => ($"late {it.Name}", Reported(it.Outcome, earlier: true), TimeSpan.Zero)),
        .. Readings().Select(it => ($"measured {it.Name}", Measured(it.Reading), TimeSpan.Zero)),
        .. Commands().Select(it => (it.Name, (Func<RolloutScenario, RolloutInput>)(_ => it.Input), TimeSpan.Zero)),
    ];

    public static IEnumerable<(string Name, RolloutInput Input)> Commands() =>
    [
        ("pause", new RolloutInput.Pause(RolloutScenario.Anna, null)),
        ("resume", new RolloutInput.Resume(RolloutScenario.Anna, null)),
        ("promote", new RolloutInput.Promote(RolloutScenario.Anna, null)),
        ("retry", new RolloutInput.Retry(RolloutScenario.Anna, null)),
        ("abort", new RolloutInput.Abort(RolloutScenario.Anna, null)),
    ];

    private static IEnumerable<(string Name, Func<RolloutScenario, RolloutInput> Make, TimeSpan Later)> OfTheSystem =>
    [
        ("begin again", it => Begin(it, it.State.Generation), TimeSpan.Zero),
        ("begin by another lease", it => Begin(it, it.State.Generation + 1), TimeSpan.Zero),
        ("permit", _ => new RolloutInput.PermitGranted(), TimeSpan.Zero),
        ("yield", _ => new RolloutInput.Yield(Next), TimeSpan.Zero),
        ("halt", _ => RolloutScenario.Halt, TimeSpan.Zero),
        ("take back", _ => RolloutScenario.TakeBack, TimeSpan.Zero),
        ("take back after 1m", _ => RolloutScenario.TakeBack, TimeSpan.FromMinutes(1)),
        ("leave", _ => RolloutScenario.Leave, TimeSpan.Zero),
        ("complete", _ => new RolloutInput.Complete(RolloutScenario.Passage), TimeSpan.Zero),
        ("reverse", _ => RolloutScenario.Reverse, TimeSpan.Zero),
        ("tick", _ => new RolloutInput.Tick(), TimeSpan.Zero),
        ("tick after 11s", _ => new RolloutInput.Tick(), TimeSpan.FromSeconds(11)),
        ("tick after 2h", _ => new RolloutInput.Tick(), TimeSpan.FromHours(2)),
        ("both ready", it => Health(it, new(1, 1), new(1, 1)), TimeSpan.FromSeconds(1)),
        ("new version not ready", it => Health(it, new(0, 1), new(1, 1)), TimeSpan.FromSeconds(1)),
        ("old version not ready", it => Health(it, new(1, 1), new(0, 1)), TimeSpan.FromSeconds(1)),
        ("old version not there", it => Health(it, new(1, 1), null), TimeSpan.FromSeconds(1)),
        ("frozen", Frozen, TimeSpan.FromSeconds(1)),
        ("blamed", it => Attributed(it, Found.Blame(it)), TimeSpan.FromSeconds(1)),
        ("another blamed", it => Attributed(it, Found.BlameOfAnother(it)), TimeSpan.FromSeconds(1)),
        ("undecided", it => Attributed(it, Found.Undecided(it)), TimeSpan.FromSeconds(1)),
        ("cleared", it => Attributed(it, Found.Cleared(it)), TimeSpan.FromSeconds(1)),
        ("blamed elsewhere", it => Attributed(
            it, Found.Blame(it) with { Slot = SlotKey.From("cart.staging") }), TimeSpan.FromSeconds(1)),
        ("applied what nobody decided", _ => new RolloutInput.OutcomeReported(
            new(99, 1, new Outcome.Applied())), TimeSpan.Zero),
        ("measured what nobody asked", it => new RolloutInput.Answered(
            [new("other/metric", new(0, it.Now, it.Now), new Reading.Counts(100, 100))], null), TimeSpan.Zero),
        ("seen with 5 %", it => it.Sees(5), TimeSpan.Zero),
        ("seen with 40 %", it => it.Sees(40), TimeSpan.Zero),
        ("not seen", _ => new RolloutInput.NotObserved("nobody answers"), TimeSpan.Zero),
        ("measured a window again", it => new RolloutInput.Answered(
            [new("signals/errors", new(-1, it.Now.AddSeconds(-2), it.Now), new Reading.Counts(100, 100))], null),
            TimeSpan.Zero),
    ];

    private static IEnumerable<(string Name, Outcome Outcome)> Outcomes() =>
    [
        ("applied", new Outcome.Applied()),
        ("not applied", new Outcome.NotApplied("busy")),
        ("refused", new Outcome.Refused("no")),
        ("overtaken", new Outcome.Overtaken(new Fence(1, 3, 1))),
        ("unknown", new Outcome.Unknown("lost")),
        ("not begun", new Outcome.NotBegun("frozen")),
    ];

    private static IEnumerable<(string Name, Reading Reading)> Readings() =>
    [
        ("pass", new Reading.Counts(1, 100)),
        ("pass by value", new Reading.Value(0.01)),
        ("fail", new Reading.Counts(60, 100)),
        ("inconclusive", new Reading.Counts(20, 100)),
        ("too few", new Reading.Counts(0, 9)),
        ("no data", new Reading.NoData("empty")),
        ("not a number", new Reading.Value(double.NaN)),
        ("error", new Reading.Error("503")),
        ("infinite", new Reading.Value(double.PositiveInfinity)),
        ("impossible counts", new Reading.Counts(7, 3)),
    ];

    private static RolloutInput.Begin Begin(RolloutScenario it, int generation) => new(
        it.State.Id, generation, it.State.Baseline, it.State.Version, it.State.SpecHash, it.State.StartedBy,
        it.State.BaselineSpecHash, it.State.IsKept, it.State.Passage);

    private static RolloutInput.Answered Health(RolloutScenario it, InstanceCount candidate, InstanceCount? baseline) =>
        new([], new HealthFact(it.Now.AddSeconds(1), candidate, baseline), new(it.Now.AddSeconds(1), null));

    private static RolloutInput.Attributed Attributed(RolloutScenario it, Finding found) =>
        new(found with { At = it.Now.AddSeconds(1) });

    private static RolloutInput.Answered Frozen(RolloutScenario it) =>
        new([], null, new(it.Now.AddSeconds(1), it.FreezeFor(TimeSpan.FromHours(1))));

    // Of the attempt that is waited for, or late, of the one before it; where none is, of the newest effect, which has
    // settled.
    private static Func<RolloutScenario, RolloutInput> Reported(Outcome outcome, bool earlier) => it =>
    {
        var entry = it.Pending ?? it.Row.Outbox.LastOrDefault();
        var (ordinal, attempt) = (entry?.Effect.Ordinal ?? 1, entry?.Attempt ?? 1);
        return new RolloutInput.OutcomeReported(new(ordinal, earlier ? attempt - 1 : attempt, outcome));
    };

    // Every window that is due; where none is, an answer that comes too late.
    private static Func<RolloutScenario, RolloutInput> Measured(Reading reading) => it =>
    {
        var due = Questions.Due(it.Spec, it.State, it.Now).Metrics;
        return new RolloutInput.Answered(
            due.IsEmpty
                ? [new("signals/errors", new(0, it.Now.AddSeconds(-2), it.Now), reading)]
                : [.. due.Select(question => new Measurement(question.Key, question.Window, reading))],
            null);
    };
}
