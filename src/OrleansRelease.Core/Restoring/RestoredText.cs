using System.Collections.Immutable;

namespace OrleansRelease.Core.Restoring;

/// <summary>Why something waits after a restore, for people.</summary>
public static class RestoredText
{
    // A store that was never restored is of the first epoch: then somebody else has been there.
    private static string Why(int epoch) => epoch > 1 ? "the store was restored" : "somebody else may have moved it";

    /// <param name="restored">How far the record was checked.</param>
    /// <param name="why">Why it has to be; null: that was a restore, or somebody else.</param>
    public static ImmutableArray<string> Reasons(Restored? restored, string? why = null) => restored switch
    {
        Restored.Unseen { IsAborted: true, Problem: var problem } unseen =>
        [
            $"{why ?? Why(unseen.Epoch)}: what is there is taken back as soon as it was seen how requests are shared",
            .. problem is null ? ImmutableArray<string>.Empty : [problem],
        ],
        Restored.Unseen { Problem: { } problem } unseen =>
            [$"{why ?? Why(unseen.Epoch)}, and what is there could not be seen yet", problem],
        Restored.Unseen unseen =>
            [$"{why ?? Why(unseen.Epoch)}: what is there is being looked at before anything is done"],
        Restored.Differs differs =>
            [$"{why ?? Why(differs.Epoch)}, and what is there is not what is on record", .. differs.Differences],
        _ => [],
    };
}
