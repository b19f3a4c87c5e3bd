using OrleansRelease.Router;

namespace OrleansRelease.Host;

internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        if (!OperatingSystem.IsLinux())
        {
            await Console.Error.WriteLineAsync(
                "The server runs on Linux: it knows the processes that it started by /proc. `orel` runs everywhere.");
            return Verbs.Ending.CannotStart;
        }

        return await CommandLineRun.RunAsync(Verbs.CommandLine.Build().Parse(args));
    }
}
