using System.Collections.Immutable;

namespace OrleansRelease.Core.Restoring;

/// <summary>Why something waits after a restore, for people.</summary>
public static class RestoredText
{
    public static ImmutableArray<string> Reasons(Restored? restored) => restored switch
    {
        Restored.Unseen { IsAborted: true, Problem: var problem } =>
        [
            "the store was restored: what is there is taken back as soon as it was seen how requests are shared",
            .. problem is null ? ImmutableArray<string>.Empty : [problem],
        ],
        Restored.Unseen { Problem: { } problem } =>
            ["the store was restored, and what is there could not be seen yet", problem],
        Restored.Unseen => ["the store was restored: what is there is being looked at before anything is done"],
        Restored.Differs differs =>
            ["the store was restored, and what is there is not what is on record", .. differs.Differences],
        _ => [],
    };
}
