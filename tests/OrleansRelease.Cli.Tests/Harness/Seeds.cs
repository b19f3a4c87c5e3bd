using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Freezes;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Trails;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Cli.Tests.Harness;

/// <summary>A canary of checkout at moments worth looking at, made of Core's own values.</summary>
internal static class Seeds
{
    public static readonly DateTimeOffset Now = new(2026, 11, 23, 11, 21, 39, TimeSpan.Zero);

    public static readonly RolloutId Id = RolloutId.From("checkout.production.7");

    private static readonly VersionName Old = VersionName.From("3.1.4");

    private static readonly VersionName New = VersionName.From("3.2.0");

    private static readonly EffectLimits Limits = new(TimeSpan.FromSeconds(5), 3, TimeSpan.FromSeconds(1));

    public static RolloutSpec Spec { get; } = new(
        Id.Slot.Service, Id.Slot.Environment, New, null, "payments",
        "https://git.example.com/shop/checkout/docs/runbook.md", "canary",
        [
            new Step.Deploy(), new Step.SetWeight(Weight.Percent(1)), new Step.Pause(TimeSpan.FromMinutes(10)),
            new Step.SetWeight(Weight.Percent(10)), new Step.Pause(TimeSpan.FromMinutes(10)),
            new Step.SetWeight(Weight.Percent(50)), new Step.Pause(TimeSpan.FromMinutes(10)),
            new Step.SetWeight(Weight.All), new Step.Verify(TimeSpan.FromMinutes(15)),
        ],
        [
            Metric("golden-signals/errors", new MetricSource.Ratio("bad", null, "total"), Unit.Ratio, 0.05),
            Metric("golden-signals/p99", new MetricSource.Query("p99"), Unit.Seconds, 0.8),
            Metric("golden-signals/restarts", new MetricSource.Target("restarts"), Unit.Count, 0),
        ],
        new Readiness("/healthz", TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(30)),
        new UndecidedRule(TimeSpan.FromMinutes(15), UndecidedThen.Rollback),
        TimeSpan.FromMinutes(10), TimeSpan.FromHours(1), WhenBusy.Queue, 25,
        new TargetConnection(
            "process", ImmutableSortedDictionary<string, string>.Empty, [], Repeat.Absolute, Fencing.Stored, Limits,
            Limits),
        new TrafficConnection("yarp", null, null, Repeat.Absolute, Fencing.Stored, Limits),
        new MetricsConnection("http", null, null, TimeSpan.FromSeconds(15)),
        Traces: new TracesConnection("tempo", null, "{}"),
        Links: new TrailLinks(Trace: "https://grafana.example.com/trace/{{traceId}}"));

    /// <summary>At 10 %, in its pause, everything judged good but one window.</summary>
    public static RolloutState Moving { get; } = new(
        Id, 7, Old, New, "sha256:4f1c09aa", ActorName.From("anna"), Now - TimeSpan.FromMinutes(20),
        new Stage.Moving(4, new Work.Resting(Now + TimeSpan.FromSeconds(108))),
        Now - new TimeSpan(0, 19, 34), Now - new TimeSpan(0, 8, 12),
        new Exposure(Now - TimeSpan.FromMinutes(19), Weight.Percent(10), Now - new TimeSpan(0, 8, 12), false),
        ImmutableSortedDictionary<string, Tally>.Empty
            .Add("golden-signals/errors", Judged("golden-signals/errors", "·········", 0.0004, 1148, "0.04 %"))
            .Add("golden-signals/p99", Judged("golden-signals/p99", "·-·~····", 0.412, null, "412 ms"))
            .Add("golden-signals/restarts", Judged("golden-signals/restarts", "········", 0, null, "0")),
        new HealthFact(Now - TimeSpan.FromSeconds(3), new InstanceCount(2, 2), new InstanceCount(6, 6)), []);

    public static Freeze Freeze { get; } = new(
        Now - TimeSpan.FromMinutes(9), Now + TimeSpan.FromHours(2), ActorName.From("ana"), "incident 4711");

    /// <summary>At 10 %, before its next share; its environment is frozen.</summary>
    public static RolloutState Frozen { get; } = Moving with
    {
        Stage = new Stage.Moving(5, new Work.Gated()),
        StepSince = Now - TimeSpan.FromMinutes(3),
        Freeze = new FreezeFact(Now - TimeSpan.FromSeconds(40), Freeze, Now - TimeSpan.FromMinutes(3)),
    };

    /// <summary>Held, because nobody can say how bad it is.</summary>
    public static RolloutState Held { get; } = Moving with
    {
        Stage = new Stage.Held(4, new Work.Resting(Now + TimeSpan.FromSeconds(108)), new Hold(null, new EvidenceHold(
            "golden-signals/errors", Verdict.NoData, "no series has version=\"3.2.0\"",
            Now - TimeSpan.FromSeconds(440), Now + TimeSpan.FromSeconds(460)))),
        PhaseSince = Now - TimeSpan.FromSeconds(440),
        Tallies = Moving.Tallies.SetItem("golden-signals/errors", Judged(
            "golden-signals/errors", "····????", 0.001, 938, "no series has version=\"3.2.0\"")),
    };

    /// <summary>Held, because a service that calls it got worse and nothing is clear.</summary>
    public static RolloutState HeldByFinding { get; } = Moving with
    {
        Stage = new Stage.Held(4, new Work.Resting(Now + TimeSpan.FromSeconds(108)), new Hold(null, null,
        [
            new FindingHold(
                SlotKey.From("web.production"), Now - TimeSpan.FromMinutes(4), Now - TimeSpan.FromSeconds(20),
                Now - TimeSpan.FromSeconds(140), Now + TimeSpan.FromSeconds(280),
                "the first is checkout.production.7 with odds 6.5 to 1, 20 to 1 are needed, either way; most would be "
                + "learned if checkout.production.7 went back",
                "nothing tells where it reached; share 10 % to 10 %: x 1.2; stepped 4 min before: x 4.6; "
                + "odds 6.5 to 1"),
        ])),
        PhaseSince = Now - TimeSpan.FromSeconds(140),
    };

    /// <summary>On its way back, after a metric failed.</summary>
    public static RolloutState GoingBack { get; } = Moving with
    {
        Stage = new Stage.GoingBack(
            WayBack.Longest(Old, New), 1, 9,
            new Cause.MetricFailed("golden-signals/errors", "7.2 % > 5 %"), Now + TimeSpan.FromSeconds(30), false),
        PhaseSince = Now - TimeSpan.FromSeconds(4),
        Exposure = Moving.Exposure with { Changing = true },
        Tallies = Moving.Tallies.SetItem("golden-signals/errors", Judged(
            "golden-signals/errors", "······✗✗", 0.072, 1201, "7.2 % > 5 %")),
        Trail = new Trail(
            Now - TimeSpan.FromSeconds(4), "golden-signals/errors", New,
            new Window(8, Now - TimeSpan.FromSeconds(79), Now - TimeSpan.FromSeconds(19)),
            "https://logs.example.com/checkout?version=3.2.0&from=1795432820000&to=1795432880000", 1,
            new TracesFact(
                Now - TimeSpan.FromSeconds(4), ["4bf92f3577b34da6a3ce929d0e0e4736", "2f3e0cee77ae5dc9"])),
    };

    public static RolloutState Succeeded { get; } = Moving with
    {
        Stage = new Stage.Ended(Phase.Succeeded, null),
        Exposure = Moving.Exposure with { Confirmed = Weight.All },
    };

    public static Explanation Explain(RolloutState state) => Core.Explaining.Explain.Of(Spec, RowOf(state), Now);

    public static Row<RolloutState> RowOf(RolloutState state) => Row<RolloutState>.Empty with
    {
        Sequence = 41,
        At = Now - TimeSpan.FromSeconds(2),
        State = state,
        NextOrdinal = 9,
        Outbox =
        [
            Applied(1, new EffectAction.Deploy(Id.Slot, New, state.SpecHash)),
            Applied(2, new EffectAction.SetTraffic(
                Id.Slot, new TrafficSplit(Old, New, Weight.Percent(10)), state.SpecHash)),
        ],
        NextWake = Now + TimeSpan.FromSeconds(27),
    };

    private static OutboxEntry Applied(int ordinal, EffectAction action) => new(
        new Effect(ordinal, new Fence(1, 7, ordinal), Direction.Forward, action, Limits),
        EffectStatus.Applied, 1, false, Now - TimeSpan.FromMinutes(8));

    private static MetricSpec Metric(string name, MetricSource source, Unit unit, double max) => new(
        name, source, unit, new Thresholds(max, null, null),
        new MetricLimits(
            TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(5), TimeSpan.Zero, null, 1, 3, 3, 4, null, 100),
        DryRun: false);

    private static Tally Judged(string metric, string marks, double number, double? samples, string detail)
    {
        var start = Now - TimeSpan.FromMinutes(marks.Length) - TimeSpan.FromSeconds(20);
        ImmutableArray<Judged> windows =
            [.. marks.Select((mark, i) => WindowOf(metric, start, i, mark, number, samples, detail))];
        var unusable = marks.Reverse().TakeWhile(mark => mark == '?').Count();
        return Tally.From(start) with
        {
            NextWindow = marks.Length,
            Passed = marks.Count(mark => mark == '·'),
            NoData = marks.Count(mark => mark == '?'),
            NoDataInRow = unusable,
            UnusableInRow = unusable,
            Failed = marks.Count(mark => mark == '✗'),
            Recent = windows,
        };
    }

    private static Judged WindowOf(
        string metric, DateTimeOffset start, int i, char mark, double number, double? samples, string detail)
    {
        var verdict = mark switch
        {
            '✗' => Verdict.Fail,
            '?' => Verdict.NoData,
            '~' => Verdict.Inconclusive,
            _ => Verdict.Pass,
        };
        var good = verdict is Verdict.Pass && number > 0.05 && samples is not null ? 0.001 : number;
        return new(
            metric, new Window(i, start + TimeSpan.FromMinutes(i), start + TimeSpan.FromMinutes(i + 1)), verdict,
            verdict == Verdict.NoData ? null : good, verdict == Verdict.NoData ? null : samples,
            verdict is Verdict.Pass && samples is not null ? $"{good * 100:0.##} %" : detail, Counted: mark != '-');
    }
}
