using System.CommandLine;

namespace OrleansRelease.Router;

internal static class Program
{
    private static Task<int> Main(string[] arguments) => RouterCommand
        .Define(new RootCommand("Shares the requests of a service between two versions."))
        .Parse(arguments)
        // A stop lets requests that are under way end; nothing may cut that short.
        .InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
}
