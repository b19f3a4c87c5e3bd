using OrleansRelease.Core.Commands;

namespace OrleansRelease.Core.Durability;

/// <summary>
/// How a row is written, as its <c>schema</c> says. What the build before cannot read, or would not abide by, is a new
/// format; it is written only after the store was finalized, when no server of that build is left.
/// </summary>
public static class RowFormat
{
    public const int Oldest = 1;

    /// <summary>
    /// Freezes, slots that wait for a version of another service, releases, and what a rollout is told of a service
    /// that got worse: a server that does not know the first starts what is frozen, one that does not know the next two
    /// cannot read the slot, and one that does not know the last cannot let go of what it holds.
    /// </summary>
    public const int Holding = 2;

    public const int Newest = Holding;

    /// <summary>The "no" to what needs a newer format than the store is written in; null where it does not.</summary>
    public static Refusal? Needs(int needed, int written, string what) => written >= needed
        ? null
        : new(
            RefusalCodes.FinalizeFirst,
            $"finalize first: {what} needs format {needed}, and the store is written in format {written} as long as "
            + "servers of the build before may be there, which would not abide by it",
            "the same after migrate finalize, when no server of the build before is left");
}
