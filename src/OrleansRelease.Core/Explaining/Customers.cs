using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Identity;
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
            counted.Sum(w => w.Samples!.Value), tally.Last?.Verdict);
    }

    /// <summary>As people read it: "users/errors counts 3 bad of 1,148 on 3.2.0 (0.26 %)".</summary>
    public static string Text(Impact impact, VersionName version)
    {
        var share = impact.Total > 0 ? $" ({Readable.Percent(impact.Bad / impact.Total)})" : "";
        return $"{impact.Metric} counts {Readable.Count(impact.Bad)} bad of {Readable.Count(impact.Total)} on "
            + version + share;
    }
}
