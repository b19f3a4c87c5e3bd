using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansRelease.Storage.Clock;
using OrleansRelease.Storage.Databases;
using OrleansRelease.Storage.Formats;

namespace OrleansRelease.Storage.Exchanges;

/// <summary>
/// Asks the store now and then what may change while a server runs: its time, or the clock would drift and lose what a
/// machine slept; its format, which a person raises; and which one it is. All that is cached here is known of the store
/// that was opened. When another one is put in its place, restored from a backup for the most part, this server would
/// act by fences that are old there, so it ends.
/// </summary>
internal sealed partial class StoreExchange(
    Database database, StoreClock clock, StoreFormat format, IHostApplicationLifetime lifetime, TimeProvider time,
    ILogger<StoreExchange> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    /// <summary>One exchange; without an answer all goes on with the last one.</summary>
    public async Task ExchangeAsync(CancellationToken cancellation)
    {
        try
        {
            var answer = await StoreAnswer.OfAsync(database, cancellation);
            database.Meet(answer.Identity);
            if (database.Replaced.IsCancellationRequested) return;
            clock.Take(answer.Micros);
            format.Take(answer.Format);
        }
        catch (Exception error) when (Outage.Is(error))
        {
            // What has passed since the last exchange is still known; only the drift is not corrected. And whoever
            // writes an old format a moment longer is read by all.
            if (!database.Replaced.IsCancellationRequested) LogNoAnswer(error);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Whoever finds it first: it may be the one that connects anew.
        await using var replaced = database.Replaced.Register(End);
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await ExchangeAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    private void End()
    {
        LogReplaced(database.Opened.Cluster, database.Found.Cluster);
        lifetime.StopApplication();
    }
}
