using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Promotion;

/// <summary>
/// What was found in the slots of what has completed. <see cref="Generations"/> is the sum over all of them: as long as
/// it stays the same, nobody has got any of them and nothing was cleaned up there.
/// </summary>
/// <param name="At">Nobody who gets a slot later is known here.</param>
/// <param name="Generations">Of all slots together.</param>
/// <param name="Moving">Who has one of them; null: nobody.</param>
/// <param name="Replaced">What else is stable there; null: all of it is what has completed.</param>
/// <param name="Doubted">What of it is not known to be as on record; null: nothing.</param>
public sealed record SoakGround(
    DateTimeOffset At, long Generations, string? Moving = null, string? Replaced = null, string? Doubted = null)
{
    public static SoakGround Of(
        PassageId passage, IEnumerable<(PassageEntry Service, SlotState? Slot)> slots, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(slots);
        var ground = new SoakGround(at, 0);
        foreach (var (service, slot) in slots)
        {
            ground = ground with
            {
                Generations = ground.Generations + (slot?.Generation ?? 0),
                Moving = ground.Moving ?? MovingIn(passage, service, slot),
                Replaced = ground.Replaced ?? ReplacedIn(passage, service, slot),
                Doubted = ground.Doubted ?? DoubtedIn(slot),
            };
        }

        return ground;
    }

    private static string? MovingIn(PassageId passage, PassageEntry service, SlotState? slot) => slot?.Holder switch
    {
        null => null,
        { Passage: { } holder } when holder == passage => $"{service.Service} was not given back there yet",
        { Passage: { } holder } => $"{holder} moves {service.Service} there",
        { Rollout.Id: var rollout } => $"{rollout} moves {service.Service} there",
    };

    private static string? DoubtedIn(SlotState? slot) => slot is { Holder: null, Restored.IsOpen: true }
        ? $"{slot.Slot}: {string.Join("; ", slot.ShutBecause)}"
        : null;

    // A slot says that a version is stable when it is given back: as long as the passage has it, that is to come.
    private static string? ReplacedIn(PassageId passage, PassageEntry service, SlotState? slot) =>
        slot?.Stable?.Version == service.Version || slot?.Holder?.Passage == passage
            ? null
            : $"{service.Service} is stable at {slot?.Stable?.Version.ToString() ?? "nothing"} there, "
                + $"no more at {service.Version}";
}
