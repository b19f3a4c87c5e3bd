using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Promotion;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Manifests;

/// <summary>
/// What a release says of how long its criteria have to hold after a way back, with what holds when it says nothing:
/// two windows of them all, and a quarter of an hour to get there.
/// </summary>
internal static class Stabilising
{
    /// <summary>
    /// Null where nothing is judged, or the release does not want to wait; a refusal where it could never be so in
    /// time.
    /// </summary>
    public static (Stabilise? Rule, Refusal? Refusal) Of(
        ReleaseStabilise? said, IReadOnlyCollection<RolloutSpec> rollouts)
    {
        if (said?.For == TimeSpan.Zero || SoakPace.Of(rollouts) is not { } pace) return default;
        var hold = said?.For ?? pace.Interval * BuiltIn.StabiliseWindows;
        var expected = (pace.Interval * Math.Ceiling(hold / pace.Interval)) + pace.Delay;
        var within = said?.Within
            ?? (expected * 2 > BuiltIn.StabiliseWithin ? expected * 2 : BuiltIn.StabiliseWithin);
        return within >= expected
            ? (new(hold, expected, within), null)
            : (null, new(
                RefusalCodes.BadLimit,
                $"stabilise.within {Duration.Format(within)} is over before its criteria can have held for "
                    + $"{Duration.Format(hold)}: they are measured in windows of {Duration.Format(pace.Interval)}, "
                    + $"each read {Duration.Format(pace.Delay)} after its end",
                $"stabilise.within of {Duration.Format(expected)} or longer"));
    }
}
