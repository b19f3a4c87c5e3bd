using System.CommandLine;

namespace OrleansRelease.Router;

internal static class Program
{
    private static Task<int> Main(string[] arguments) => CommandLineRun.RunAsync(RouterCommand
        .Define(new RootCommand("Shares the requests of a service between two versions."))
        .Parse(arguments));
}
