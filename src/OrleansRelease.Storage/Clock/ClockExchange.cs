using Microsoft.Extensions.Hosting;

namespace OrleansRelease.Storage.Clock;

/// <summary>
/// Keeps the clock close to the store's: a database server's, or for the embedded store the machine's, by which the
/// sources of this machine count too. What has only passed since the start would lose the time that it was asleep.
/// </summary>
internal sealed class ClockExchange(StoreClock clock, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
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
