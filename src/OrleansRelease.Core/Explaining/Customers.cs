using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Explaining;

/// <summary>How bad it is for users, from the newest windows of a metric that counts requests.</summary>
public static class Customers
{
    public static Impact? Of(RolloutSpec spec, RolloutState state)
    {
        var counting = spec.Background.FirstOrDefault(metric =>
            metric.Source is MetricSource.Ratio { Bad: not null } or MetricSource.Traffic);
        if (counting is null || !state.Tallies.TryGetValue(counting.Name, out var tally)) return null;
        var counted = tally.Recent.Where(window => window is { Number: not null, Samples: not null }).ToList();
        return new(
            counting.Name, counted.Sum(w => Math.Round(w.Number!.Value * w.Samples!.Value)),
            counted.Sum(w => w.Samples!.Value), counted.Count, tally.Last?.Verdict);
    }

    /// <summary>As people read it: "users/errors: 3 bad of 1,148 (0.26 %) in the last 8 windows".</summary>
    public static string Text(Impact impact)
    {
        var share = impact.Total > 0 ? $" ({Readable.Percent(impact.Bad / impact.Total)})" : "";
        return $"{impact.Metric}: {Readable.Count(impact.Bad)} bad of {Readable.Count(impact.Total)}{share} in the "
            + $"last {Readable.Count(impact.Windows)} windows";
    }
}
