namespace OrleansRelease.Core.Effects;

/// <summary>
/// Who may still change a slot; the higher wins. The epoch rises when a store is restored, the generation with each
/// lease of the slot, the ordinal with each effect of that lease.
/// </summary>
public readonly record struct Fence(int Epoch, int Generation, int Ordinal) : IComparable<Fence>
{
    public int CompareTo(Fence other) =>
        (Epoch, Generation, Ordinal).CompareTo((other.Epoch, other.Generation, other.Ordinal));

    public static bool operator <(Fence left, Fence right) => left.CompareTo(right) < 0;

    public static bool operator >(Fence left, Fence right) => left.CompareTo(right) > 0;

    public static bool operator <=(Fence left, Fence right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Fence left, Fence right) => left.CompareTo(right) >= 0;

    public override string ToString() => $"{Epoch}.{Generation}.{Ordinal}";
}

/// <summary>Questions that a fence answers.</summary>
public static class FenceQuestions
{
    /// <summary>
    /// No lease has so many effects. From here on ordinals are a person's who takes back by hand what a lease has moved
    /// while this system is gone: above all that the lease can still send, below the next one.
    /// </summary>
    public const int FirstByHand = 1_000_000_000;

    extension(Fence fence)
    {
        public bool IsByHand => fence.Ordinal >= FirstByHand;
    }
}
