using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Slots;

/// <summary>
/// What a passage takes back in a slot: what is stable there now, <see cref="From"/>, and what is stable again
/// afterwards; null: nothing. Between the two there may have been others, which are gone with it.
/// </summary>
public sealed record Reversal(StableVersion From, StableVersion? To)
{
    /// <summary>The same version runs before and after: there is nothing to move.</summary>
    [JsonIgnore]
    public bool IsNeedless => From.Version == To?.Version;
}

/// <summary>What was stable in a slot, one on the other, and what has brought each.</summary>
public static class Layers
{
    extension(SlotState slot)
    {
        /// <summary>What is stable, and what was before it: the newest first.</summary>
        public ImmutableArray<StableVersion> AllLayers =>
            slot.Stable is { } stable ? [stable, .. slot.Before ?? []] : [];
    }

    internal static SlotState Add(SlotState slot, StableVersion stable) => slot with
    {
        Stable = stable,
        Before = [.. slot.AllLayers.Take(SlotLimits.RememberedStables)],
    };

    // It counts as what it was when it completed: whoever has brought it may be taken back in turn.
    internal static SlotState TakeBack(SlotState slot, StableVersion? to, PassageId by) => slot with
    {
        Stable = to is null ? null : to with { BackBy = by },
        Before = [.. slot.AllLayers.SkipWhile(one => one != to).Skip(1)],
    };
}

/// <summary>Questions that a version answers which is stable, or was.</summary>
public static class StableVersionQuestions
{
    extension(StableVersion stable)
    {
        /// <summary>
        /// The release that has brought it; a rollout of no release counts as a release of one. Null where a person has
        /// taken it over, or nobody knows.
        /// </summary>
        public PassageId? Bringer => stable.Passage ?? (stable.Rollout is { } rollout ? PassageId.Of(rollout) : null);

        /// <summary>As a part of a sentence.</summary>
        public string BroughtText() => stable switch
        {
            { AdoptedBy: { } actor } => $"taken over by {actor}",
            { Bringer: { } by } => $"brought by {by}",
            _ => "and what has brought it is not on record",
        };
    }
}
