using OrleansRelease.Core.Effects;

namespace OrleansRelease.Adapters.Traffic.Yarp;

/// <summary>
/// What one split is judged by: the candidate's share before it (null when not known) and the counters at the moment
/// from which requests count.
/// </summary>
internal sealed class Stretch(Fence fence, double? before)
{
    public Fence Fence { get; } = fence;

    public double? Before { get; } = before;

    public CountsAtOnce? From { get; set; }

    /// <summary>The same split, decided once more.</summary>
    public Stretch Under(Fence newer) => new(newer, Before) { From = From };
}
