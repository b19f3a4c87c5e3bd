using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Grains.Effects;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Freezes;

/// <summary>
/// Makes the rollouts that may wait for the end of a freeze look again. They look by themselves as well, though seldom:
/// one that cannot be reached now is left to that.
/// </summary>
internal sealed class Announcement(IRows rows, IGrainFactory grains, TimeProvider time)
{
    /// <summary>By then nobody goes by a look that was begun before the change.</summary>
    private static readonly TimeSpan Wait = FreezeLook.MaxAge + TimeSpan.FromMilliseconds(100);

    private const int Page = 200;

    // What waits at a gate is in this phase, and nothing else waits for it.
    private const string Phase = nameof(Core.Rollouts.Phase.Progressing);

    public async Task<Outcome> MakeAsync(EnvironmentName environment, CancellationToken cancellation)
    {
        await Task.Delay(Wait, time, cancellation);
        for (string? after = null; ;)
        {
            var page = await rows.ListAsync(
                new RowFilter(Kinds.Rollout, Environment: environment, Phase: Phase, After: after, Limit: Page),
                cancellation);
            await Task.WhenAll(page.Select(row => WakeAsync(row, cancellation)));
            if (page.Count < Page) return new Outcome.Applied();
            after = page[^1].Key;
        }
    }

    private async Task WakeAsync(RowSummary row, CancellationToken cancellation)
    {
        try
        {
            await new EffectOwner(row.Kind, row.Key).Grain(grains).WakeAsync(row.Sequence, cancellation);
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            // It looks by itself.
        }
    }
}
