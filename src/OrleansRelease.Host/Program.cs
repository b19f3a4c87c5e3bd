using System.CommandLine;

namespace OrleansRelease.Host;

internal static class Program
{
    private static Task<int> Main(string[] args) =>
        // Each verb ends by its own rules on a signal; nothing may cut that short.
        Verbs.CommandLine.Build().Parse(args).InvokeAsync(
            new InvocationConfiguration { ProcessTerminationTimeout = null });
}
