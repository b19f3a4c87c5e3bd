using Microsoft.Extensions.Logging;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Grains.Effects;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Freezes;

/// <summary>
/// Makes the rollouts that may wait for the end of a freeze look again. They look by themselves as well, though seldom:
/// one that cannot be reached now, or hangs, is left to that.
/// </summary>
internal sealed partial class Announcement(
    IRows rows, IGrainFactory grains, TimeProvider time, ILogger<Announcement> logger)
{
    /// <summary>How long one of them is waited for.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>By then nobody goes by a look that was begun before the change.</summary>
    private static readonly TimeSpan Wait =
        // Who looked by itself just before the change, and is woken after it, finds it time to look again.
        Core.Rollouts.Questions.GatesInterval + TimeSpan.FromMilliseconds(500);

    private const int Page = 200;

    /// <summary>
    /// How many are told at the same time. Each that hangs takes one place for a while, so all are through in time
    /// unless very many hang.
    /// </summary>
    private const int AtOnce = 200;

    // What waits at a gate is in this phase, and nothing else waits for it.
    private const string Phase = nameof(Core.Rollouts.Phase.Progressing);

    public async Task<Outcome> MakeAsync(EnvironmentName environment, CancellationToken cancellation)
    {
        await Task.Delay(Wait, time, cancellation);
        await Parallel.ForEachAsync(
            rows.AllAsync(
                new(Kinds.Rollout, Environment: environment, Phase: Phase, Limit: Page), cancellation),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            async (row, stopping) => await WakeAsync(row, environment, stopping));
        return new Outcome.Applied();
    }

    private async Task WakeAsync(RowSummary row, EnvironmentName environment, CancellationToken cancellation)
    {
        try
        {
            await new EffectOwner(row.Kind, row.Key).Grain(grains).WakeAsync(row.Sequence, cancellation)
                .WaitAsync(Patience, time, cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            LogNotTold(row.Key, environment, e);
        }
    }
}
