using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Freezes;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Simulation.Invariants;

/// <summary>What was really answered about each metric, and what was made of it; kept from the log alone.</summary>
internal sealed class EvidenceBook(RolloutSpec spec)
{
    private readonly Dictionary<string, (Window Window, bool Passed, bool Counted)> _last = [];

    public HealthFact? Health { get; private set; }

    public FreezeFact? Freeze { get; private set; }

    /// <summary>When a share of traffic was last seen to hold.</summary>
    public DateTimeOffset? ConfirmedAt { get; private set; }

    /// <summary>The first window that was judged otherwise than its numbers say; null when there is none.</summary>
    public string? Misjudged { get; private set; }

    /// <summary>Metrics of the present analysis step that have had a passing window.</summary>
    public HashSet<string> PassedInStep { get; } = [];

    /// <summary>How much time usable windows have covered since verifying began, by metric.</summary>
    public Dictionary<string, TimeSpan> Covered { get; } = [];

    private DateTimeOffset _verifyingSince = DateTimeOffset.MaxValue;

    public void TakeInput(Commit commit)
    {
        if (commit.Read.Input is RolloutInput.Answered { Health: { } health }
            && (Health is null || health.At > Health.At))
        {
            Health = health;
        }

        if (commit.Read.Input is RolloutInput.Answered { Freeze: { } freeze }
            && (Freeze is null || freeze.At > Freeze.At))
        {
            Freeze = freeze;
        }
    }

    public void Take(Commit commit, RolloutEvent happened)
    {
        switch (happened)
        {
            case RolloutEvent.WindowsJudged judged:
                foreach (var window in judged.Windows) Take(commit, window);
                break;
            case RolloutEvent.TrafficConfirmed:
                ConfirmedAt = commit.Now;
                break;
            case RolloutEvent.StepEntered entered:
                PassedInStep.Clear();
                if (entered.Work is not Work.Covering) break;
                Covered.Clear();
                _verifyingSince = commit.Now;
                break;
            default:
                break;
        }
    }

    /// <summary>Why a metric's newest window is no evidence for going on at a moment; null when it is.</summary>
    public string? Lacks(MetricSpec metric, DateTimeOffset now)
    {
        if (!_last.TryGetValue(metric.Name, out var last)) return "was never measured";
        if (!last.Passed) return "did not pass";
        if (!last.Counted) return "was disturbed";
        if (last.Window.Start < ConfirmedAt) return "began before the last change of traffic";
        var age = now - last.Window.End;
        var most = (metric.Limits.Interval * 2) + metric.Limits.Timeout + Bound.SourceDelay(spec, metric);
        return age < most ? null : $"ended {age} ago";
    }

    public static bool Passes(MetricSpec metric, Reading reading)
    {
        if (reading is Reading.Checked seen) return seen.Holds;
        var number = reading switch
        {
            Reading.Value value => value.Number,
            Reading.Counts { Bad: >= 0, Total: > 0 } counts when counts.Bad <= counts.Total
                && counts.Total >= metric.Limits.MinSamples => counts.Bad / counts.Total,
            _ => double.NaN,
        };
        var (max, min, failAbove) = metric.Thresholds;
        return double.IsFinite(number) && !(number > max) && !(number < min) && !(number > failAbove);
    }

    private void Take(Commit commit, Judged judged)
    {
        var metric = MetricOf(judged.Metric, commit);
        var reading = (commit.Read.Input as RolloutInput.Answered)?.Measurements
            .FirstOrDefault(m => m.Metric == judged.Metric && m.Window == judged.Window)?.Reading;
        var passed = reading is not null && Passes(metric, reading);
        if (passed != (judged.Verdict == Verdict.Pass)) Misjudged ??= $"{reading} was judged {judged}";
        if (_last.TryGetValue(judged.Metric, out var before) && before.Window.Number >= judged.Window.Number
            && before.Window.Start >= judged.Window.Start)
        {
            Misjudged ??= $"{judged.Metric} #{judged.Window.Number} was judged twice";
        }

        _last[judged.Metric] = (judged.Window, passed, judged.Counted);
        if (!passed || !judged.Counted) return;
        if (judged.Metric != metric.Name) PassedInStep.Add(metric.Name);
        if (judged.Window.Start >= _verifyingSince)
        {
            Covered[judged.Metric] = Covered.GetValueOrDefault(judged.Metric)
                + (judged.Window.End - judged.Window.Start);
        }
    }

    // A step's own metric is kept under "step:name".
    private MetricSpec MetricOf(string key, Commit commit)
    {
        var colon = key.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0) return spec.Background.Single(metric => metric.Name == key);
        var step = int.Parse(key[..colon], System.Globalization.CultureInfo.InvariantCulture);
        return spec.Steps[step] is Step.Analyse analysis
            ? analysis.Metrics.Single(metric => metric.Name == key[(colon + 1)..])
            : throw new InvariantViolation(5, $"{key} is judged at #{commit.After.Sequence}: there is no such metric");
    }
}
