using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Simulation;

/// <summary>
/// Some of the worlds have a monitor beside their metrics. It has dice of its own, so that a seed without it is as it
/// ever was.
/// </summary>
internal static class MonitorOfASeed
{
    public const string Metric = "pages/checkout";

    private const int Salt = 0x90E5;

    public static RolloutSpec Of(int seed, RolloutSpec spec)
    {
        var dice = new Dice(seed ^ Salt);
        if (!dice.Chance(0.05)) return spec;
        var limits = new MetricLimits(
            TimeSpan.FromSeconds(dice.Between(3, 10)), TimeSpan.FromSeconds(dice.Between(1, 3)), TimeSpan.Zero, null,
            dice.Between(0, 2), 0, dice.Between(0, 3), dice.Between(0, 3), null, 0);
        return spec with
        {
            Background = spec.Background.Add(new(
                Metric, new MetricSource.Monitor("checkout"), Unit.Count, new(null, null, null), limits,
                DryRun: dice.Chance(0.2))),
        };
    }
}
