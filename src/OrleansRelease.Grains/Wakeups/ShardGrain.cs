using Microsoft.Extensions.Logging;
using OrleansRelease.Contracts.Wakeups;
using OrleansRelease.Grains.Effects;
using OrleansRelease.Grains.Measuring;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Wakeups;

/// <summary>Wakes what is due in one shard. A row that fails or hangs delays only itself.</summary>
[GrainType("shard")]
internal sealed partial class ShardGrain(
    WakeOptions options, IWakeIndex index, IStoreClock clock, ReleaseInstruments instruments,
    ILogger<ShardGrain> logger) : Grain, IShardGrain, IRemindable
{
    private const string Reminder = "due";

    private bool _passing;

    public async Task<int> WakeDueAsync(CancellationToken cancellation)
    {
        // Every server's keeper calls; one pass at a time is enough.
        if (_passing) return 0;
        _passing = true;
        try
        {
            var shard = (int)this.GetPrimaryKeyLong();
            var due = await index.DueRowsAsync(shard, clock.Now, options.RowsPerPass, cancellation);
            // The order is kept: ways back first.
            foreach (var some in due.Chunk(options.ParallelRows))
                await Task.WhenAll(some.Select(row => WakeAsync(row, cancellation)));
            return due.Count;
        }
        finally
        {
            _passing = false;
        }
    }

    // Written once for each shard: what is there stays, so that a restart of all does not put all of them off.
    public async Task BeRemindedAsync(CancellationToken cancellation)
    {
        if (options.RemindEvery is { } period && await this.GetReminder(Reminder, cancellation) is null)
            await this.RegisterOrUpdateReminder(Reminder, period, period, cancellation);
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => WakeDueAsync(CancellationToken.None);

    private async Task WakeAsync(DueRow row, CancellationToken cancellation)
    {
        instruments.OnWoken(clock.Now - row.DueAt);
        var owner = new EffectOwner(row.Kind, row.Key);
        try
        {
            await owner.Grain(GrainFactory).WakeAsync(row.Sequence, cancellation)
                .WaitAsync(options.RowTimeout, cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            // A row that cannot be decided has said so itself; this is a server or a store that does not answer.
            LogNotWoken(owner, e);
        }
    }
}
