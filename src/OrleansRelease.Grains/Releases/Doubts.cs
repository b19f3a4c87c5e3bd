using System.Collections.Immutable;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Rollouts;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;
using OrleansRelease.Grains.Durability;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Releases;

/// <summary>
/// What of a release is not known to be as on record: after a restore its rollouts look, and so does the slot that it
/// waits for.
/// </summary>
internal sealed class Doubts(IRows rows, IStoreClock clock, IGrainFactory grains)
{
    /// <summary>How many rows are read at a time.</summary>
    private const int AtOnce = 16;

    /// <summary>Of how many rollouts it is said.</summary>
    private const int Most = 10;

    public async Task<ImmutableArray<Doubt>> OfAsync(
        PassageSpec spec, PassageState state, CancellationToken cancellation)
    {
        var doubts = ImmutableArray.CreateBuilder<Doubt>();
        if (state.Stage is PassageStage.Leasing
            && state.Parts.FirstOrDefault(part => part.Grant is null) is { } next)
        {
            var row = await rows.TryReadAsync<SlotState>(Kinds.Slot, $"{spec.SlotOf(next.Service)}", cancellation);
            if (row?.State is { } slot && Doubt.Of(slot) is { } shut) doubts.Add(shut);
        }

        // In a store that was never restored there is none.
        if (clock.Epoch == 1 || state.IsTerminal) return doubts.ToImmutable();
        var begun = state.Parts.Where(part => part.HasBegun && part.Stage is not (PartStage.Back or PartStage.Left));
        foreach (var some in begun.Chunk(AtOnce))
        {
            var read = await Task.WhenAll(some.Select(part => TryOfAsync(part.Grant!.Rollout, cancellation)));
            doubts.AddRange(read.OfType<Doubt>());
            if (doubts.Count >= Most) break;
        }

        return [.. doubts.Take(Most)];
    }

    private async Task<Doubt?> TryOfAsync(RolloutId rollout, CancellationToken cancellation) =>
        await rows.TryReadAsync<RolloutState>(Kinds.Rollout, $"{rollout}", cancellation) is { } row
        && PartOf.IsDoubted(row, clock.Epoch)
        && await grains.GetGrain<IRolloutGrain>($"{rollout}").ExplainAsync(cancellation)
            is Answer<Explanation>.Accepted { Value: var explained }
            ? Doubt.Of(explained)
            : null;
}
