using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Slots;

/// <summary>
/// What of a slot everybody wants to know: which version is stable there, since when, what has brought it, and who has
/// the slot now. <see cref="Waiting"/> counts the rollouts and releases that wait for it; <see cref="Trouble"/> says
/// why what stands here may not be so, or why nothing moves there.
/// </summary>
public sealed record Standing(
    SlotKey Slot, VersionName? Stable, DateTimeOffset? Since, RolloutId? Rollout, PassageId? Passage,
    ActorName? AdoptedBy, StandingHolder? Holder, int Waiting, string? Trouble)
{
    public static Standing Of(SlotState slot, string? trouble = null)
    {
        ArgumentNullException.ThrowIfNull(slot);
        var (stable, holder) = (slot.Stable, slot.Holder);
        return new(
            slot.Slot, stable?.Version, stable?.Since, stable?.Rollout ?? BroughtBy(slot), stable?.Passage,
            stable?.AdoptedBy,
            holder is null
                ? null
                : new(
                    holder.Rollout.Id, holder.Rollout.Version, holder.Passage, holder.Rollout.StartedBy, holder.Since),
            slot.Queue.Length + slot.Claims.Waiting.Length,
            trouble ?? slot.ShutBecause.FirstOrDefault());
    }

    /// <summary>Of a slot whose state is not to be had, what is known beside it.</summary>
    public static Standing WithoutState(SlotKey slot, VersionName? stable, string trouble) =>
        new(slot, stable, null, null, null, null, null, 0, trouble);

    // Rows of builds before remember it among what ended, for as long as it is one of the last.
    private static RolloutId? BroughtBy(SlotState slot) => slot.Stable is { AdoptedBy: null } stable
        ? slot.Recent.LastOrDefault(end => end.End == SlotEnd.Succeeded && end.Version == stable.Version)?.Id
        : null;
}

/// <summary>Who has a slot, to move it to a version; with a <see cref="Passage"/> as a part of that one.</summary>
public sealed record StandingHolder(
    RolloutId Rollout, VersionName Version, PassageId? Passage, ActorName StartedBy, DateTimeOffset Since);
