using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Rollouts;

/// <summary>What measurements do to a rollout: a failure takes it back, missing evidence holds it.</summary>
internal static class Evidence
{
    private const string Elsewhere = "not counted: who made the service worse is being asked, or was another one";

    public static void Take(Draft draft, RolloutInput.Answered answered)
    {
        var isNews = answered.Freeze is { } freeze && Freezing.IsNews(draft.State.Freeze, freeze);
        if (isNews) draft.Happen(new RolloutEvent.FreezeSeen(answered.Freeze!));
        // While it is frozen, and is known to be, nothing would follow from a newer look.
        var isIdle = !isNews && answered.Freeze is { Freeze: not null };
        if (!isIdle && answered.Health is { } health && (draft.State.Health is not { } known || health.At > known.At))
            draft.Happen(new RolloutEvent.HealthSeen(health));
        if (!isIdle && answered.Required is { } required
            && (draft.State.Required is not { } read || required.At > read.At))
        {
            draft.Happen(new RolloutEvent.RequiredSeen(required));
        }

        TrailRules.Take(draft, answered.Traces);
        var judged = Judge(draft, answered.Measurements);
        if (!judged.IsEmpty) draft.Happen(new RolloutEvent.WindowsJudged(judged));
    }

    public static void Weigh(Draft draft)
    {
        var active = Metrics.Active(draft.Spec, draft.State).Where(judged => judged.Metric.Counts).ToList();
        if (active.Find(judged => VerdictOf(draft, judged) == Verdict.Fail) is { } failed)
        {
            TrailRules.Leave(draft, failed);
            Backward.GoBack(draft, new Cause.MetricFailed(failed.Metric.Name, DetailOfFailure(draft, failed)));
            return;
        }

        var held = (draft.State.Stage as Stage.Held)?.Hold.Evidence;
        var undecided = active.Find(judged => IsUndecided(draft, judged));
        if (undecided is not null && held is null) Lose(draft, undecided);
        if (undecided is null && held is not null && HasRecovered(draft, held.Metric, active))
            draft.Happen(new RolloutEvent.EvidenceRegained());
    }

    /// <summary>Windows that were asked for and not judged yet: a late or doubled answer changes nothing.</summary>
    private static ImmutableArray<Judged> Judge(Draft draft, ImmutableArray<Measurement> measurements)
    {
        var state = draft.State;
        var active = Metrics.Active(draft.Spec, state).ToDictionary(judged => judged.Key, judged => judged.Metric);
        return [.. measurements
            .Where(m => active.TryGetValue(m.Metric, out var metric)
                && m.Window.Number >= state.Tallies[m.Metric].NextWindow
                && m.Window == Windows.At(metric, state.Tallies[m.Metric], m.Window.Number)
                && m.Window.End <= draft.Now)
            .DistinctBy(m => m.Metric)
            .Select(m => Judge(draft.Spec, state, active[m.Metric], m))];
    }

    /// <summary>One window that it was time for, by what is known of the rollout then.</summary>
    internal static Judged Judge(RolloutSpec spec, RolloutState state, MetricSpec metric, Measurement measured)
    {
        var judged = WindowJudge.Judge(
            metric, state.Tallies[measured.Metric], Compared(state, measured),
            IsUndisturbed(state, measured.Window, Bound.ClocksApart(spec, metric)),
            metric.History is null ? spec.Compared : spec.HeldAgainstPast);
        return judged.Verdict == Verdict.Fail && Findings.IsSomebodyElses(state, metric, measured.Window.End)
            ? judged with { Counted = false, Detail = OneLine.Of($"{judged.Detail}; {Elsewhere}") }
            : judged;
    }

    // With all requests on the new version the stable one has none of them: what is counted there is something else.
    private static Measurement Compared(RolloutState state, Measurement measured) =>
        state.Exposure.Confirmed == Weight.All ? measured with { Stable = null } : measured;

    // By a clock that is ahead the window began earlier than it says.
    private static bool IsUndisturbed(RolloutState state, Window window, TimeSpan clocksApart) =>
        !state.Exposure.Changing && state.Exposure.ConfirmedAt + clocksApart <= window.Start;

    private static Verdict? VerdictOf(Draft draft, JudgedMetric judged) =>
        ThresholdJudge.Assess(judged.Metric.Limits, draft.State.Tallies[judged.Key]);

    private static bool IsUndecided(Draft draft, JudgedMetric judged) => VerdictOf(draft, judged) switch
    {
        Verdict.NoData or Verdict.Error => true,
        Verdict.Inconclusive => draft.State.Tallies[judged.Key].PassedInRow == 0 || IsWithoutItsRow(draft, judged),
        _ => false,
    };

    private static void Lose(Draft draft, JudgedMetric judged)
    {
        var rule = draft.Spec.Undecided;
        draft.Happen(new RolloutEvent.EvidenceLost(
            judged.Metric.Name, VerdictOf(draft, judged)!.Value, draft.State.Tallies[judged.Key].Last?.Detail ?? "",
            rule.Then == UndecidedThen.Hold ? null : draft.Now + rule.Hold));
    }

    private static bool HasRecovered(Draft draft, string metric, List<JudgedMetric> active) =>
        active.Where(judged => judged.Metric.Name == metric).All(judged =>
            draft.State.Tallies[judged.Key].Last is null or { Verdict: Verdict.Pass }
            && !IsWithoutItsRow(draft, judged));

    private static bool IsWithoutItsRow(Draft draft, JudgedMetric judged) =>
        ThresholdJudge.IsWithoutItsRow(judged.Metric.Limits, draft.State.Tallies[judged.Key]);

    private static string DetailOfFailure(Draft draft, JudgedMetric judged) =>
        TrailRules.Failed(draft.State.Tallies[judged.Key])?.Detail ?? "";
}
