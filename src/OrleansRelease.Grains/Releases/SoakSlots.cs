using System.Text.Json;
using OrleansRelease.Contracts;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Promotion;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Releases;

/// <summary>Reads whether what has completed is still what its slots have, and whether anybody moves it.</summary>
internal sealed class SoakSlots(ISpecs specs, IRows rows, IStoreClock clock)
{
    /// <summary>How many slots are read at a time.</summary>
    private const int AtOnce = 16;

    public async Task<(PassageSpec Spec, PassageState State)> PassageAsync(
        PassageId passage, CancellationToken cancellation) =>
        await FindAsync(passage, cancellation) switch
        {
            Answer<(PassageSpec, PassageState)>.Accepted { Value: var found } => found,
            var no => throw new InvalidOperationException(no.RefusalOrNull!.Reason),
        };

    /// <summary>The same, or the "no" that says what of it is not in the store, or cannot be read.</summary>
    public async Task<Answer<(PassageSpec Spec, PassageState State)>> FindAsync(
        PassageId passage, CancellationToken cancellation)
    {
        try
        {
            if (await rows.GetAsync(Kinds.Passage, $"{passage}", cancellation) is not { } stored
                || Vocabulary.Read<Row<PassageState>>(stored.Payload).State is not { } state)
            {
                return Unreadable(passage, "it is not in the store");
            }

            return await specs.GetAsync(state.SpecHash, cancellation) is { } text
                ? (Vocabulary.Read<PassageSpec>(text), state)
                : Unreadable(passage, $"the specification {state.SpecHash} is not in the store");
        }
        catch (JsonException e)
        {
            return Unreadable(passage, e.Message);
        }
    }

    public async Task<SoakGround> SeeAsync(PassageId passage, PassageSpec spec, CancellationToken cancellation)
    {
        var slots = new List<(PassageEntry Service, SlotState? Slot)>();
        foreach (var some in spec.Services.Chunk(AtOnce))
        {
            slots.AddRange(await Task.WhenAll(some.Select(async service =>
                (service, await SlotAsync(spec.SlotOf(service.Service), cancellation)))));
        }

        // Whoever gets one of them after this moment is found by the next look.
        return SoakGround.Of(passage, slots, clock.Now);
    }

    // What has not been decided on since a restore has not been looked at either.
    private async Task<SlotState?> SlotAsync(SlotKey slot, CancellationToken cancellation)
    {
        if (await rows.GetAsync(Kinds.Slot, $"{slot}", cancellation) is not { } stored) return null;
        var row = Vocabulary.Read<Row<SlotState>>(stored.Payload);
        return row.State is { } state && row.Epoch < clock.Epoch
            ? state with { Restored = new Restored.Unseen(clock.Epoch, clock.Now) }
            : row.State;
    }

    private static Refusal Unreadable(PassageId passage, string why) =>
        new(
            RefusalCodes.Poisoned, $"release {passage} cannot be read: {why}",
            "the same when explain says nothing of that any more");
}
