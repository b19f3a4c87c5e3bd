using System.Globalization;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Analysis.Sequential;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Freezes;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Cli.Texts;

/// <summary>A rollout while it moves: one frame, or one line.</summary>
internal static class WatchText
{
    private const int BarLength = 20;

    private const int Marks = 8;

    /// <summary>Here the arithmetic of a reason begins, for which there is no room beside what is good.</summary>
    private const string Arithmetic = " (";

    /// <summary>All of it, for somebody who looks.</summary>
    public static string Frame(
        RolloutState state, RolloutSpec spec, DateTimeOffset? nextWake, DateTimeOffset now, int width) =>
        string.Join('\n', Lines(state, spec, nextWake, now, width));

    /// <summary>What a log wants of it: the same line as long as nothing changed.</summary>
    public static string Line(RolloutState state, RolloutSpec spec) =>
        $"{state.Id} {state.Phase} {state.Share} · {Position(state, spec)}{Why(state)}";

    private static IEnumerable<string> Lines(
        RolloutState state, RolloutSpec spec, DateTimeOffset? nextWake, DateTimeOffset now, int width) =>
    [
        Layout.Ends(
            Readable.Moving(state.Id.Slot, state.Baseline, state.Version, state.Id.ToString()),
            $"{Readable.Loud(state.Phase)} {Readable.Age(now - state.PhaseSince)} · {Readable.Clock(now, now)}", width),
        $"{"traffic",-10}{state.Version} {Bar(state.Share)} {state.Share}"
            + (state.Exposure.Changing ? ", changing" : "")
            + (state.Baseline is { } baseline ? $"   {baseline} {state.Share.Rest}" : ""),
        .. Layout.Under("steps", Steps(state, spec, now, width)),
        .. Layout.Under("judged", Words.Columns([.. JudgedBy(spec, state).Select(metric => Judged(metric, state))])),
        .. Layout.Under("impact", Impact(state, spec)),
        .. Layout.Under("why", Why(state) is { Length: > 0 } why ? [why.TrimStart(' ', '·')] : []),
        .. Layout.Under("trail", Trail(state)),
        .. Layout.Under("back", Back(state, spec)),
        .. Layout.Under("next", nextWake is { } wake ? [Readable.Clock(wake, now)] : []),
    ];

    // What began under a build without burns is not judged by them.
    private static IEnumerable<MetricSpec> JudgedBy(RolloutSpec spec, RolloutState state) => spec.Background.Concat(
        spec.Burns.Where(metric => state.Tallies.IsEmpty || state.Tallies.ContainsKey(metric.Name)));

    private static string Bar(Weight share)
    {
        // Some traffic is never shown as none.
        var full = share == Weight.None ? 0 : Math.Max(1, (int)Math.Round(share.Share * BarLength));
        return new string('█', full) + new string('░', BarLength - full);
    }

    private static List<string> Steps(RolloutState state, RolloutSpec spec, DateTimeOffset now, int width)
    {
        var current = state.Stage switch
        {
            Stage.Moving moving => moving.Step,
            Stage.Held held => held.Step,
            Stage.Verified or Stage.Ended { As: Phase.Succeeded } => spec.Steps.Length,
            _ => -1,
        };
        if (state.Stage is Stage.GoingBack back) return Undoing(back.Plan, back.Done, '▶');
        if (state.Stage is Stage.Stuck stuck) return Undoing(stuck.Plan, stuck.Done, '✗');
        var here = state.Stage is Stage.Held ? "‖" : "▶";
        var steps = spec.Steps.Select((step, i) =>
            i < current ? $"✓ {Wording.Of(step)}"
            : i > current ? $"○ {Wording.Of(step)}"
            : $"{here} {Wording.Of(step)} {Readable.Age(now - state.StepSince)}");
        return Words.Wrap(steps, "  ", width - Layout.Label);
    }

    private static List<string> Undoing(WayBack plan, int done, char here) =>
    [
        string.Join("  ", plan.Steps.Select((step, i) =>
            $"{(i < done ? '✓' : i == done ? here : '○')} {Wording.Of(step)}")),
    ];

    private static string[] Judged(MetricSpec metric, RolloutState state)
    {
        var tally = state.Tallies.GetValueOrDefault(metric.Name);
        var last = tally?.Last;
        var marks = string.Concat((tally?.Recent ?? []).TakeLast(Marks).Select(Mark));
        return
        [
            metric.Name,
            last?.Number is { } number ? ThresholdJudge.Format(number, metric.Unit) : "-",
            last?.Samples is { } samples ? $"of {Readable.Count(samples)}" : "",
            metric.Burn is { } burn ? burn.Text
                : metric.Thresholds.IsHard ? metric.Thresholds.Text(metric.Unit)
                : metric.LimitsText is { Length: > 0 } text ? text : "no limit",
            marks.PadRight(Marks),
            last is null ? "no window yet" : last.Verdict + (metric.DryRun ? ", never counted" : ""),
            last is { Verdict: not Verdict.Pass } or { Burn: not null } ? last.Detail
                : last is not null && metric.Source is MetricSource.Monitor ? last.Detail
                : last is not null && metric.Source is MetricSource.Histogram
                    ? $"{last.Detail}  {Beside(tally)}".TrimEnd()
                : metric.History is null ? Beside(tally)
                : last?.Detail.Split(Arithmetic)[0] ?? "",
        ];
    }

    private static string Beside(Tally? tally) => tally?.Beside is not { Seen: var seen } ? ""
        : seen.Comparison == Comparison.Undecided ? $"undecided  {seen.Reason}"
        : seen.Reason;

    /// <summary>A window that overlapped a change never acquits, and is shown as such.</summary>
    private static char Mark(Judged window) => (window.Counted, window.Verdict) switch
    {
        (false, _) => '-',
        (_, Verdict.Pass) => '·',
        (_, Verdict.Inconclusive) => '~',
        (_, Verdict.Fail) => '✗',
        (_, Verdict.NoData) => '?',
        _ => '!',
    };

    private static IEnumerable<string> Impact(RolloutState state, RolloutSpec spec) =>
        Customers.Of(spec, state) is { } impact ? [Customers.Text(impact)] : [];

    // An address is longer than a frame is wide, and a frame is cut.
    private static IEnumerable<string> Trail(RolloutState state)
    {
        if (state.Trail is not { } trail) yield break;
        var found = new[]
        {
            trail.Logs is null ? null : "logs",
            trail.Traces is { Ids: { IsEmpty: false } ids }
                ? string.Create(CultureInfo.InvariantCulture, $"{ids.Length} {(ids.Length == 1 ? "trace" : "traces")}")
                : null,
        }.OfType<string>().ToList();
        // The last frame may come before the traces.
        yield return $"{(found.Count > 0 ? string.Join(" and ", found) : "what failed")}: orel explain {state.Id}";
    }

    private static IEnumerable<string> Back(RolloutState state, RolloutSpec spec)
    {
        if (state.Phase.IsOver) yield break;
        if (state.Stage is Stage.GoingBack or Stage.Stuck) yield break;
        if (Bound.Of(spec, state.Baseline is not null) is { } bound)
        {
            yield return $"≤ {Duration.Format(bound.Total)} from the first bad request to the last one off "
                + state.Version;
        }
    }

    private static string Position(RolloutState state, RolloutSpec spec) => state.Stage switch
    {
        Stage.Pending => "waits for its permit",
        Stage.Moving moving => StepOf(spec, moving.Step),
        Stage.Held held => StepOf(spec, held.Step),
        Stage.GoingBack back => string.Create(CultureInfo.InvariantCulture,
            $"undoing {Wording.Of(back.Plan.Steps[back.Done])}, {back.Done + 1} of {back.Plan.Steps.Length}"),
        Stage.Stuck => "the way back got stuck",
        Stage.Verified => $"verified, {state.Passage} has not completed",
        Stage.Halted => $"waits for its turn: {state.Passage} is taken back",
        _ => "ended",
    };

    private static string StepOf(RolloutSpec spec, int step) => string.Create(
        CultureInfo.InvariantCulture, $"step {step + 1} of {spec.Steps.Length}: {Wording.Of(spec.Steps[step])}");

    private static string Why(RolloutState state) => state.Stage switch
    {
        Stage.Moving { Work: Work.Gated } when state.Freeze is { Freeze: { } freeze, At: var at } =>
            $" · {FreezeText.Of(state.Id.Slot.Environment, freeze, at)}",
        Stage.Held { Hold.Evidence: { } evidence } =>
            $" · {evidence.Metric} {evidence.Verdict}: {evidence.Reason}",
        Stage.Held { Hold.Person: { } person } =>
            $" · paused by {person.Actor}" + (person.Reason is { } reason ? $": {reason}" : ""),
        Stage.Held { Hold.Findings: [.., var found] } =>
            $" · {found.Degraded.Service} got worse, and this may be why: {found.Words}",
        Stage.Verified { Blamed: { } blamed } => $" · {blamed.Text}",
        Stage.GoingBack back => $" · {back.Cause.Text}",
        Stage.Stuck stuck => $" · {stuck.Reason}",
        Stage.Ended { Cause: { } cause } => $" · {cause.Text}",
        _ => "",
    };
}
