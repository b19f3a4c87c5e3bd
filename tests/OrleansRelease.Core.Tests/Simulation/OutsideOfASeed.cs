using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Simulation;

/// <summary>A random outside: how busy, when dry, and when the new version turns bad, if ever.</summary>
internal static class OutsideOfASeed
{
    public static Outside Make(Dice dice, RolloutSpec spec, DateTimeOffset start, bool isWell)
    {
        var illness = isWell || dice.Chance(0.4)
            ? Illness.None
            : dice.Pick(Illness.Errors, Illness.Errors, Illness.Slow, Illness.Murky, Illness.Crashes);
        return new Outside
        {
            Baseline = dice.Chance(0.8) ? VersionName.From("v1") : null,
            Candidate = spec.Version,
            Target = spec.Target.Fencing == Fencing.None ? new OpenTarget() : new Gatekeeper(),
            RequestsPerSecond = dice.Chance(0.1) ? dice.Pick(0, 0.3, 2) : dice.Between(20, 200),
            Illness = illness,
            BadFrom = illness == Illness.None ? DateTimeOffset.MaxValue : start + dice.Seconds(0, 150),
            BadShare = dice.Pick(0.3, 0.6, 1),
            Drought = Stretch(dice, start, 0.1),
            BaselineDown = Stretch(dice, start, 0.1),
        };
    }

    private static (DateTimeOffset, DateTimeOffset) Stretch(Dice dice, DateTimeOffset start, double chance)
    {
        if (!dice.Chance(chance)) return (DateTimeOffset.MaxValue, DateTimeOffset.MaxValue);
        var from = start + dice.Seconds(0, 120);
        return (from, from + dice.Seconds(5, 90));
    }
}
