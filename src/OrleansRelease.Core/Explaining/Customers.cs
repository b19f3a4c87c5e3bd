using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Explaining;

/// <summary>How bad it is for users, from the newest windows of a metric that counts requests.</summary>
internal static class Customers
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
}
