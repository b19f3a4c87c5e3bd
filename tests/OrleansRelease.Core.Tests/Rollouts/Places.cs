using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Tests.Rollouts;

/// <summary>Every place in which a rollout can be, each reached through the rules alone.</summary>
internal static class Places
{
    private const int Windows = 20;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static readonly Uri Hooks = new("http://hooks/");

    private static readonly Reading Good = new Reading.Counts(0, 100);

    private static readonly MetricSpec Errors = RolloutScenario.Plain.Background[0] with
    {
        Thresholds = new(0.05, null, 0.5),
        Limits = new(2 * Second, Second, TimeSpan.Zero, null, 0, 0, 0, 0, null, 10),
    };

    /// <summary>Judged every two seconds by a metric of which one bad window suffices, with an analysis step.</summary>
    private static readonly RolloutSpec Short = RolloutScenario.Plain with
    {
        Steps =
        [
            new Step.Deploy(), new Step.SetWeight(Weight.Percent(5)), new Step.Pause(60 * Second),
            new Step.Analyse([Errors with { Name = "signals/slow", Limits = Errors.Limits with { Count = 2 } }]),
            new Step.SetWeight(Weight.All), new Step.Verify(4 * Second),
        ],
        Background = [Errors],
        Undecided = new(30 * Second, UndecidedThen.Rollback),
    };

    public static readonly ImmutableArray<(string Name, Func<RolloutScenario> Make)> All =
    [
        ("pending", () => Begun()),
        .. Working,
        .. Working.Select(at => ($"{at.Name}, held by a person", Then(at.Make, it => it.Paused()))),
        .. Measured.Select(at => ($"{at.Name}, held without evidence", Then(at.Make, WithoutEvidence))),
        .. Measured.Select(at => ($"{at.Name}, held by both", Then(at.Make, it => WithoutEvidence(it).Paused()))),
        .. Working.Select(at => ($"{at.Name}, held by a finding", Then(at.Make, it => it.Told(Found.Undecided)))),
        .. Measured.Prepend(("deploy acting", Deploying)).Select(at => (
            $"{at.Name}, held by a person and a finding", Then(at.Make, it => it.Paused().Told(Found.Undecided)))),
        .. Measured.Select(at => (
            $"{at.Name}, held without evidence and by a finding",
            Then(at.Make, it => WithoutEvidence(it).Told(Found.Undecided)))),
        .. Measured.Select(at => (
            $"{at.Name}, held by all three", Then(at.Make, it => WithoutEvidence(it).Told(Found.Undecided).Paused()))),
        ("resting, held without evidence for good", () => WithoutEvidence(Resting(spec => spec with
        {
            Undecided = spec.Undecided with { Then = UndecidedThen.Hold },
        }).Unseen(3 * Second))),
        .. Backward,
        .. Restored.Select(at => ($"{at.Name}, restored", Then(at.Make, it => it.Restored()))),
        .. Restored.Select(at => (
            $"{at.Name}, restored: differs", Then(at.Make, it => it.Restored().Take(it.Sees(40))))),
        .. Unseen.Select(at => ($"{at.Name}, restored: not seen", Then(at.Make, NotSeen))),
        ("resting, restored: not seen, aborted", Then(() => Resting(), it => NotSeen(it).Aborted())),
        ("back: traffic, restored, overdue", () => Resting().Aborted().Applied().Restored().After(3600 * Second)),
        ("back: traffic, restored: differs, overdue",
            Then(() => Resting().Aborted().Applied().Restored(), it => it.Take(it.Sees(40)).After(3600 * Second))),
        .. Ends,
        .. Parts,
    ];

    // What is no part of a release is never asked to stop by one.
    private static IEnumerable<(string Name, Func<RolloutScenario> Make)> Parts =>
    [
        ("part: pending", () => Begun(isPart: true)),
        ("part: deploy gated", () => Permitted(isPart: true)),
        ("part: resting", () => Resting(isPart: true).Unseen(3 * Second)),
        ("part: resting, held by a person", () => Resting(isPart: true).Paused()),
        ("part: first share acting, unfenced", () => FirstShare(Unfenced, isPart: true)),
        ("part: verified", Verified),
        ("part: verified, blamed", () => Verified().Told(Found.Blame)),
        ("part: verified, restored", () => Verified().Restored()),
        ("part: verified, restored: differs", () => Verified().Restored() switch { var it => it.Take(it.Sees(40)) }),
        ("part: verified, restored: not seen", () => NotSeen(Verified())),
        ("part: verified, restored: not seen, halted", () => NotSeen(Verified()).Take(RolloutScenario.Halt)),
        ("part: needless", Needless),
        ("part: needless, restored", () => Needless().Restored()),
        ("part: halted", () => Resting(isPart: true).Take(RolloutScenario.Halt)),
        ("part: halted, restored", () => Resting(isPart: true).Take(RolloutScenario.Halt).Restored()),
        ("part: halted, restored: differs", () => Resting(isPart: true).Take(RolloutScenario.Halt).Restored() switch
        {
            var it => it.Take(it.Sees(40)),
        }),
        ("part: halted, unfenced", () => FirstShare(Unfenced, isPart: true).Take(RolloutScenario.Halt)),
        ("part: halted, unfenced, its turn", () => FirstShare(Unfenced, isPart: true).Take(RolloutScenario.TakeBack)),
        ("part: back", () => Verified().Take(RolloutScenario.Halt).Take(RolloutScenario.TakeBack)),
        ("part: stuck", () => Verified().Take(RolloutScenario.TakeBack).Outcome(new Outcome.Refused("no"))),
        ("part: left", () => Verified().Take(RolloutScenario.Leave)),
        ("part: rolled back", () => Verified().Take(RolloutScenario.TakeBack).Applied().Applied().Applied()),
        ("part: succeeded", () => Verified().Take(new RolloutInput.Complete(RolloutScenario.Passage))),
        ("part: never begun", () => new RolloutScenario(_ => Short, begins: false).Take(RolloutScenario.Halt)),
    ];

    private static IEnumerable<(string Name, Func<RolloutScenario> Make)> Working =>
    [
        ("deploy gated", () => Permitted()),
        ("deploy gated, frozen", () => Permitted().Frozen(3600 * Second)),
        ("deploy acting", Deploying),
        ("deploy between attempts", () => Deploying().Outcome(new Outcome.NotApplied("busy"))),
        ("deploy lapsed", () => Lapsed(Deploying())),
        ("hook acting", Hooked),
        ("hook lapsed", () => Lapsed(Hooked())),
        ("first share gated", () => Deploying().Unseen(11 * Second).Applied()),
        ("first share acting", () => FirstShare().Unseen(3 * Second)),
        ("first share lapsed", () => Lapsed(FirstShare())),
        ("first share withheld", () => FirstShare().Outcome(new Outcome.NotBegun("frozen"))),
        ("resting until promoted", () => Resting(spec => spec with
        {
            Steps = spec.Steps.SetItem(2, new Step.Pause(null)),
        }).Unseen(3 * Second)),
        ("last share acting", () => LastShareGated().Healthy().Unseen(2 * Second)),
        ("judging, one window to go", () => GoodWindow(Resting().Promoted()).Unseen(2 * Second)),
        ("covering, one window to go", () => GoodWindow(Covering()).Unseen(2 * Second)),
        .. Measured,
    ];

    // What a person may hold anywhere, a metric holds only where its windows count.
    private static IEnumerable<(string Name, Func<RolloutScenario> Make)> Measured =>
    [
        ("resting", () => Resting().Unseen(3 * Second)),
        ("judging", () => Resting().Promoted().Unseen(3 * Second)),
        ("last share gated", () => LastShareGated().Unseen(2 * Second)),
        ("last share lapsed", () => CaughtUp(Lapsed(LastShareGated().Healthy())).Unseen(4 * Second)),
        ("covering", () => Covering().Unseen(3 * Second)),
    ];

    private static IEnumerable<(string Name, Func<RolloutScenario> Make)> Backward =>
    [
        ("back: old version", () => Resting().Aborted()),
        ("back: old version, between attempts", () => Resting().Aborted().Outcome(new Outcome.NotApplied("busy"))),
        ("back: old version, overdue", () => Resting().Aborted().After(52 * Second)),
        ("back: traffic", () => Resting().Aborted().Applied()),
        ("back: retire", () => Resting().Aborted().Applied().Applied()),
        ("back: hook", () => Hooked().Aborted()),
        ("stuck: hook", () => Hooked().Aborted().Outcome(new Outcome.Refused("no"))),
        ("stuck: old version", () => Resting().Aborted().Outcome(new Outcome.Refused("no"))),
        ("stuck: traffic", () => Resting().Aborted().Applied().Outcome(new Outcome.Refused("no"))),
        ("stuck: retire", () => Resting().Aborted().Applied().Applied().Outcome(new Outcome.Refused("no"))),
    ];

    private static IEnumerable<(string Name, Func<RolloutScenario> Make)> Restored =>
    [
        ("pending", () => Begun()),
        ("deploy gated", () => Permitted()),
        ("deploy gated, held by a person", () => Permitted().Paused()),
        ("first share gated", () => Lapsed(FirstShare())),
        ("resting", () => Resting()),
        ("resting, held by a person", () => Resting().Paused()),
        ("resting, held by a finding", () => Resting().Told(Found.Undecided)),
        ("resting, held by a person and a finding", () => Resting().Paused().Told(Found.Undecided)),
        ("back: traffic", () => Resting().Aborted().Applied()),
        ("stuck: traffic", () => Resting().Aborted().Applied().Outcome(new Outcome.Refused("no"))),
    ];

    private static IEnumerable<(string Name, Func<RolloutScenario> Make)> Unseen =>
    [
        ("pending", () => Begun()),
        ("resting", () => Resting()),
        ("resting, held by a person", () => Resting().Paused()),
        ("back: traffic", () => Resting().Aborted().Applied()),
    ];

    private static IEnumerable<(string Name, Func<RolloutScenario> Make)> Ends =>
    [
        ("succeeded", () => GoodWindow(GoodWindow(Covering()))),
        ("rolled back", () => Resting().Aborted().Applied().Applied().Applied()),
        ("cancelled", () => Begun().Aborted()),
        ("superseded", () => Begun().Take(new RolloutInput.Yield(RolloutId.From("shop.production.3")))),
        ("overtaken", () => FirstShare().Outcome(new Outcome.Overtaken(new Fence(1, 3, 1)))),
    ];

    private static RolloutScenario Begun(Func<RolloutSpec, RolloutSpec>? change = null, bool isPart = false) =>
        new(_ => change?.Invoke(Short) ?? Short, isPart: isPart);

    // What arrives late nobody can keep out.
    private static RolloutSpec Unfenced(RolloutSpec spec) => spec with
    {
        Traffic = spec.Traffic with { Fencing = Fencing.None },
    };

    private static RolloutScenario Needless() =>
        new RolloutScenario(_ => Short, begins: false).Take(RolloutScenario.Begin("2.0", isPart: true));

    private static RolloutScenario Verified() => GoodWindow(GoodWindow(Covering(isPart: true)));

    // The environment has heard the question before it answers it.
    private static RolloutScenario Permitted(Func<RolloutSpec, RolloutSpec>? change = null, bool isPart = false)
    {
        var begun = Begun(change, isPart);
        return begun.Take(new RolloutInput.OutcomeReported(
            new(begun.Row.Outbox[0].Effect.Ordinal, 1, new Outcome.Applied()))).Permitted();
    }

    private static RolloutScenario Deploying() => Permitted().Healthy();

    /// <summary>Behind the deployment stands a hook, which may have been called.</summary>
    private static RolloutScenario Hooked() => Permitted(spec => spec with
    {
        Steps = spec.Steps.Insert(1, new Step.Hook(new(
            "migrate", Hooks, new SecretRef("KEY", null), spec.Target.DeployLimits, StoresFences: true,
            new HookUndo(Hooks, spec.Target.DeployLimits)))),
    }).Healthy().Applied().Healthy();

    private static RolloutScenario FirstShare(Func<RolloutSpec, RolloutSpec>? change = null, bool isPart = false) =>
        Permitted(change, isPart).Healthy().Applied();

    private static RolloutScenario Resting(Func<RolloutSpec, RolloutSpec>? change = null, bool isPart = false) =>
        FirstShare(change, isPart).Applied();

    // The analysis is over when health is already too old to move on.
    private static RolloutScenario LastShareGated(bool isPart = false)
    {
        var rollout = Resting(isPart: isPart);
        for (var window = 0; window < 6; window++) GoodWindow(rollout);
        return GoodWindow(GoodWindow(rollout.Promoted()));
    }

    private static RolloutScenario Covering(bool isPart = false) => LastShareGated(isPart).Healthy().Applied();

    private static RolloutScenario GoodWindow(RolloutScenario rollout) => rollout.Unseen(2 * Second).Measured(Good);

    private static RolloutScenario Lapsed(RolloutScenario acting) =>
        acting.Outcome(new Outcome.NotApplied("busy")).After(Deadlines.ForwardMaxAge + Second);

    // What was missed meanwhile is read; it overlaps the change and counts for nothing.
    private static RolloutScenario CaughtUp(RolloutScenario rollout)
    {
        for (var i = 0; i < Windows; i++)
        {
            if (Questions.Due(rollout.Spec, rollout.State, rollout.Now).Metrics.IsEmpty) return rollout;
            rollout.Measured(Good);
        }

        throw new InvalidOperationException($"still due after {Windows} windows, in {rollout.State.Stage}");
    }

    private static RolloutScenario WithoutEvidence(RolloutScenario rollout)
    {
        for (var i = 0; i < Windows; i++)
        {
            if (rollout.Measured(new Reading.NoData("empty")).State.Phase == Phase.Paused)
                return rollout.Unseen(2 * Second);
        }

        throw new InvalidOperationException($"not held after {Windows} windows, in {rollout.State.Stage}");
    }

    private static RolloutScenario NotSeen(RolloutScenario it) =>
        it.Restored().Take(new RolloutInput.NotObserved("nobody answers"));

    private static Func<RolloutScenario> Then(
        Func<RolloutScenario> make, Func<RolloutScenario, RolloutScenario> then) => () => then(make());
}
