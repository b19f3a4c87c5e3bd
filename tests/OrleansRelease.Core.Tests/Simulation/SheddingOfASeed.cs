using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Simulation;

/// <summary>
/// Some of the worlds say how to shed load, and in some of those half of the baseline's instances are not ready for a
/// while. It has dice of its own, so that a seed without it is as it ever was.
/// </summary>
internal static class SheddingOfASeed
{
    private const int Salt = 0x5ED;

    public static RolloutSpec Of(int seed, RolloutSpec spec) => new Dice(seed ^ Salt).Chance(0.4)
        ? spec with { Shed = new ShedRule(40, TimeSpan.FromSeconds(5), "X-Request-Class", ["low"]) }
        : spec;

    /// <summary>When only half of the baseline's instances are ready.</summary>
    public static (DateTimeOffset From, DateTimeOffset To) Half(int seed, RolloutSpec spec, DateTimeOffset start)
    {
        var dice = new Dice(~(seed ^ Salt));
        if (spec.Shed is null || !dice.Chance(0.7)) return (DateTimeOffset.MaxValue, DateTimeOffset.MaxValue);
        var from = start + dice.Seconds(5, 90);
        return (from, from + dice.Seconds(20, 240));
    }
}
