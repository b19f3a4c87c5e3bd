using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Planning;

/// <summary>
/// Who has a slot now, or comes first of those that wait for it. Whoever is started comes after that one: where its way
/// back leads is captured only then, and may be elsewhere than a plan says.
/// </summary>
/// <param name="By">The rollout, or the release in its environment.</param>
/// <param name="To">The version that it brings.</param>
/// <param name="IsWaiting">Whether it waits itself.</param>
public sealed record PlannedHolder(string By, VersionName To, bool IsWaiting)
{
    internal static PlannedHolder? Of(SlotState? slot) => slot switch
    {
        null => null,
        { Holder: { Rollout: var rollout, Passage: var passage } } =>
            new(passage?.ToString() ?? $"{rollout.Id}", rollout.Version, IsWaiting: false),
        { Queue: [var first, ..] } when slot.ClaimsBefore(first) == 0 =>
            new($"{first.Id}", first.Version, IsWaiting: true),
        { Claims.First: { } claim } => new($"{claim.Passage}", claim.Version, IsWaiting: true),
        _ => null,
    };

    /// <summary>As people read it.</summary>
    public string Text(ServiceName service) =>
        $"{By} {(IsWaiting ? "waits to move" : "is moving")} {service} to {To}";

    // What a passage of the release itself holds is for that release to say: it is asked before.
    internal static Refusal? Forbidden(SlotState? slot, PassageSpec spec, ServiceName service)
    {
        if (spec.WhenBusy != WhenBusy.Reject || Of(slot) is not { } holder) return null;
        if ((slot!.Holder?.Passage ?? slot.Claims.First?.Passage)?.Release == spec.Release) return null;
        return new(
            RefusalCodes.SlotBusy, $"in {spec.Environment} {holder.Text(service)}",
            "the same start after it has ended, or whenBusy: queue or supersede");
    }
}
