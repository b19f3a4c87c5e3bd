using OrleansRelease.Core.Effects;

namespace OrleansRelease.Adapters.Traffic.Yarp;

/// <summary>
/// What one split is judged by: the candidate's share before it (null when not known), the counters at the moment
/// from which requests count, and as they were seen last.
/// </summary>
internal sealed class Stretch(Fence fence, double? before)
{
    public Fence Fence { get; } = fence;

    public double? Before { get; } = before;

    public CountsAtOnce? From { get; set; }

    public CountsAtOnce? Last { get; set; }

    /// <summary>The same split, decided once more; the share from before it may be known by now.</summary>
    public Stretch Under(Fence newer, double? shown) => new(newer, Before ?? shown) { From = From, Last = Last };
}
