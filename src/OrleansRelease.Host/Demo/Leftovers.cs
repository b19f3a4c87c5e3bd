using OrleansRelease.Adapters.Targets.Process;

namespace OrleansRelease.Host.Demo;

/// <summary>
/// Ends all that a demo started and removes its folder. It works from what is on record in the folder alone, so it can
/// be done by the demo itself, by its guard after the demo was killed, or by <c>demo --stop</c> days later.
/// </summary>
internal static class Leftovers
{
    private static readonly TimeSpan GraceToStop = TimeSpan.FromSeconds(6);

    public static async Task RemoveAsync(DemoFolder folder)
    {
        // The server first: while it runs it starts again what is taken from it.
        var records = ChildRecord.ReadAll(folder);
        foreach (var record in records.OrderByDescending(record => record.Name == Scene.Server)) await EndAsync(record);
        await RunningProcesses.StopAllAsync(folder.Server, CancellationToken.None);
        folder.Delete();
    }

    private static async Task EndAsync(ChildRecord record)
    {
        using var process = record.Find();
        if (process is null) return;
        Signals.AskToStop(process.Id);
        using var grace = new CancellationTokenSource(GraceToStop);
        try
        {
            await process.WaitForExitAsync(grace.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }
}
