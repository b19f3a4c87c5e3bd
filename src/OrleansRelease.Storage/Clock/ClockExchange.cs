using Microsoft.Extensions.Hosting;
using OrleansRelease.Storage.Databases;

namespace OrleansRelease.Storage.Clock;

/// <summary>
/// Keeps the clock close to a database server's. The embedded store has no clock but the machine's, which may jump:
/// it is asked once, when the store is opened.
/// </summary>
internal sealed class ClockExchange(Database database, StoreClock clock, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (database is Sqlite) return;
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await clock.ExchangeAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }
}
