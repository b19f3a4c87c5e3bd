using System.CommandLine;

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

        var parsed = Verbs.CommandLine.Build().Parse(args);
        // Each verb ends by its own rules on a signal; nothing may cut that short.
        var ended = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
        // A command line that is not understood ends with 1 there; here that is a verb that found something bad.
        return ended != Verbs.Ending.Good && parsed.Errors.Count > 0 ? Verbs.Ending.CannotStart : ended;
    }
}
