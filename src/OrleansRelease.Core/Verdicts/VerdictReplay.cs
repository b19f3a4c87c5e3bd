using System.Globalization;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Analysis.Judging;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Verdicts;

/// <summary>
/// Follows the log of one rollout from its beginning and judges what was judged once more: the state before a decision
/// is what the events before it make, and the measurements are its input.
/// </summary>
/// <param name="spec">What the rollout is carried out by.</param>
public sealed class VerdictReplay(RolloutSpec spec)
{
    private readonly RolloutDecider _decider = new(spec);
    private readonly SortedSet<string> _metrics = new(StringComparer.Ordinal);
    private RolloutState? _state;

    /// <summary>All that was judged so far, by name.</summary>
    public IReadOnlyCollection<string> Metrics => _metrics;

    /// <summary>The verdicts that are wanted of the next decision on record, each made when it is asked for.</summary>
    /// <param name="stored">As it is stored.</param>
    /// <param name="wanted">Which windows.</param>
    public IReadOnlyList<Func<VerdictOnRecord>> Next(string stored, Func<Judged, bool> wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        var read = Vocabulary.Read<Transition<RolloutInput, RolloutEvent>>(stored);
        var verdicts = new List<Func<VerdictOnRecord>>();
        foreach (var happened in read.Events)
        {
            if (happened is RolloutEvent.WindowsJudged { Windows: var windows }
                && read.Input is RolloutInput.Answered { Measurements: var measured } && _state is { } state)
            {
                foreach (var judged in windows) _metrics.Add(judged.Metric);
                verdicts.AddRange(
                    from judged in windows
                    where wanted(judged)
                    let input = measured.First(one => one.Metric == judged.Metric && one.Window == judged.Window)
                    select (Func<VerdictOnRecord>)(() => Of(read, state, judged, input)));
            }

            _state = _decider.Evolve(_state, happened, read.At);
        }

        return verdicts;
    }

    private VerdictOnRecord Of(
        Transition<RolloutInput, RolloutEvent> read, RolloutState state, Judged judged, Measurement input)
    {
        var metric = Rollouts.Metrics.Active(spec, state).FirstOrDefault(active => active.Key == judged.Metric)?.Metric;
        var again = metric is null ? null : Evidence.Judge(spec, state, metric, input);
        var isIdentical = again is not null && Vocabulary.Write(again) == Vocabulary.Write(judged);
        var before = state.Tallies[judged.Metric];
        var after = ThresholdJudge.Add(before, judged);
        var phase = metric is null ? null : ThresholdJudge.Assess(metric.Limits, after);
        return new(
            state.Id, judged.Metric, read.Sequence, read.At, read.DeciderVersion,
            VerdictOnRecord.JudgesOf(judged, read.DeciderVersion),
            input, metric, judged, before with { Recent = [] }, phase, Sentence(metric, judged, after, phase),
            new(_decider.Version, isIdentical, isIdentical ? null : again));
    }

    private static string Sentence(MetricSpec? metric, Judged judged, Tally after, Verdict? phase)
    {
        var (start, end) = (judged.Window.Start.UtcDateTime, judged.Window.End.UtcDateTime);
        // Why it is not, beside a slot in which something changed, its detail says.
        var counted = judged.Counted ? "" : ", and is not counted";
        var rest = metric is null
            ? "by what holds now it would not be judged"
            : $"with it the metric is {phase?.ToString() ?? "open"}: {Assessment.Why(metric.Limits, after, phase)}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"window {judged.Window.Number} of {judged.Metric}, {start:yyyy-MM-dd HH:mm:ss} to {end:HH:mm:ss} UTC, is "
            + $"{judged.Verdict}: {judged.Detail}{counted}; {rest}");
    }
}
