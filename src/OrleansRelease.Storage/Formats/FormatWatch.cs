using Microsoft.Extensions.Hosting;

namespace OrleansRelease.Storage.Formats;

/// <summary>Lets a server that runs hear that its store was finalized.</summary>
internal sealed class FormatWatch(StoreFormat format, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await format.AskAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }
}
