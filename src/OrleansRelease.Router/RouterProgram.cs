namespace OrleansRelease.Router;

/// <summary>The router as a process: runs until it is told to stop.</summary>
public static class RouterProgram
{
    public const int CannotStart = 2;

    /// <summary>Exit code 0 after a stop, <see cref="CannotStart"/> with a reason on standard error.</summary>
    public static async Task<int> RunAsync(RouterOptions options, CancellationToken cancellation)
    {
        try
        {
            await using var router = await RunningRouter.StartAsync(options, TimeProvider.System, cancellation);
            if (options.Fault != RouterFault.None)
                await Console.Error.WriteLineAsync($"DRILL: this router misbehaves on purpose ({options.Fault}).");
            await Console.Out.WriteLineAsync($"router listens on {router.Url}, for its admin on {router.AdminUrl}");
            await router.WaitForStopAsync(cancellation);
            return 0;
        }
        catch (Exception problem) when (problem
            is IOException or UnauthorizedAccessException or FormatException or InvalidOperationException)
        {
            await Console.Error.WriteLineAsync($"the router cannot start: {problem.Message}");
            return CannotStart;
        }
    }
}
