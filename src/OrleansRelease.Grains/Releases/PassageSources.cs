using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using OrleansRelease.Contracts.Streams;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Releases;

/// <summary>
/// Reads what a passage waits for: where its rollouts are, what is stable of what it requires, who has a slot. A
/// rollout's row is its log summed up, under the sequence of the last of it: nothing of what lies between has to be
/// known.
/// </summary>
internal sealed partial class PassageSources(
    ILog log, IRows rows, IStoreClock clock, ILogger<PassageSources> logger)
{
    /// <summary>How many rows are read at a time.</summary>
    private const int AtOnce = 16;

    /// <summary>Where each rollout is that was begun; those that cannot be read are left out, and read again.</summary>
    public async Task<ImmutableArray<PartNews>> ReadAsync(PassageState state, CancellationToken cancellation)
    {
        var begun = state.Parts.Where(part => part is
        {
            Grant: not null,
            Stage: not (PartStage.Untouched or PartStage.Back or PartStage.Left),
        });
        var news = new List<PartNews>();
        foreach (var some in begun.Chunk(AtOnce))
        {
            var read = await Task.WhenAll(some.Select(part =>
                TryReadAsync(part.Grant!.Rollout, part.Heard, cancellation)));
            news.AddRange(read.OfType<PartNews>());
        }

        return [.. news];
    }

    /// <summary>What a bell is about; null when that is known already.</summary>
    public async Task<PartNews?> RungAsync(Part part, Bell bell, CancellationToken cancellation)
    {
        var rollout = part.Grant!.Rollout;
        switch (Cursor.On(part.Heard, bell.Sequence, bell.Previous))
        {
            case CatchUp.Nothing:
                return null;
            case CatchUp.ThatOne:
                var read = await log.ReadAsync(
                    Kinds.Rollout, $"{rollout}", bell.Sequence - 1, limit: 1, cancellation);
                return read is [{ Sequence: var sequence } entry] && sequence == bell.Sequence
                    ? PartOf.After(
                        new(rollout, part.Heard, part.Stage), sequence, entry.Transition, clock.Epoch)
                    : null;
            default:
                return await TryReadAsync(rollout, part.Heard, cancellation);
        }
    }

    private async Task<PartNews?> ReadAsync(RolloutId rollout, long heard, CancellationToken cancellation)
    {
        if (await rows.GetAsync(Kinds.Rollout, $"{rollout}", cancellation) is not { } stored) return null;
        if (stored.Summary.Sequence <= heard) return null;
        return PartOf.News(Vocabulary.Read<Row<RolloutState>>(stored.Payload), clock.Epoch);
    }

    /// <summary>
    /// What is stable of what it requires; null after a restore, as long as some of that was not seen to be there.
    /// </summary>
    public async Task<ImmutableArray<StableOf>?> StableAsync(PassageSpec spec, CancellationToken cancellation)
    {
        var services = spec.Requires.Select(one => one.Requirement.Service).Distinct();
        var read = await Task.WhenAll(services.Select(async service =>
            (Service: service, Slot: await rows.GetAsync(Kinds.Slot, $"{spec.SlotOf(service)}", cancellation))));
        if (clock.Epoch > 1 && read.Any(one => one.Slot is { } slot && IsDoubted(slot.Payload))) return null;
        return [.. read.Select(one => new StableOf(one.Service, one.Slot?.Summary.Version))];
    }

    // While somebody has it, that one looks.
    private bool IsDoubted(string slot)
    {
        var row = Vocabulary.Read<Row<SlotState>>(slot);
        return row.State is { Holder: null } state && (state.Restored.IsOpen || row.Epoch < clock.Epoch);
    }

    /// <summary>Who has the slot that a passage waits for, as people read it.</summary>
    public async Task<Func<SlotKey, string?>> HoldersAsync(
        PassageSpec spec, PassageState state, CancellationToken cancellation)
    {
        if (state.Stage is not PassageStage.Leasing
            || state.Parts.FirstOrDefault(part => part.Grant is null) is not { } next)
        {
            return _ => null;
        }

        var slot = spec.SlotOf(next.Service);
        var holder = await HolderAsync(slot, cancellation);
        return asked => asked == slot ? holder : null;
    }

    private async Task<string?> HolderAsync(SlotKey slot, CancellationToken cancellation)
    {
        try
        {
            return await rows.GetAsync(Kinds.Slot, $"{slot}", cancellation) is { } stored
                && Vocabulary.Read<Row<SlotState>>(stored.Payload).State?.Holder is { } holder
                ? $"{holder.Passage?.ToString() ?? $"{holder.Rollout.Id}"} has {slot}, to move it to "
                    + $"{holder.Rollout.Version}"
                : null;
        }
        catch (JsonException)
        {
            return $"what is on record of {slot} cannot be read";
        }
    }

    private async Task<PartNews?> TryReadAsync(RolloutId rollout, long heard, CancellationToken cancellation)
    {
        try
        {
            return await ReadAsync(rollout, heard, cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            LogNotRead(rollout, e);
            return null;
        }
    }
}
