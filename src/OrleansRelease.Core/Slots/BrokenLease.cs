using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Restoring;

namespace OrleansRelease.Core.Slots;

/// <summary>
/// A person has broken the lease of this rollout, and what it has left is not known yet. <see cref="SpecHash"/> says
/// which router is to keep it out; null: none can be read. Since <see cref="SettledAt"/> it does, or nobody tries that
/// any longer, because of a <see cref="Problem"/>.
/// </summary>
public sealed record BrokenLease(
    RolloutId Rollout, ActorName By, string Reason, string? SpecHash, DateTimeOffset? SettledAt = null,
    string? Problem = null)
{
    [JsonIgnore]
    public bool IsSettled => SettledAt is not null;

    /// <summary>It may still move what it had; null where it is kept out, or is about to be.</summary>
    [JsonIgnore]
    public string? Threat => Problem is null ? null : $"{Rollout} was not kept out and may still move it: {Problem}";

    /// <summary>Why nobody gets the lease yet, for people.</summary>
    public ImmutableArray<string> Reasons(Restored? restored)
    {
        var why = $"{By} has broken the lease of {Rollout} ({Reason})";
        return IsSettled
            ? [.. RestoredText.Reasons(restored, why), .. restored is Restored.Unseen && Threat is { } threat
                ? [threat]
                : ImmutableArray<string>.Empty]
            : [$"{why}: before anything is done its router is told to take nothing from that one any more"];
    }
}
