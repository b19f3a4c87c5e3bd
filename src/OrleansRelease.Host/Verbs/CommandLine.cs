using System.CommandLine;

namespace OrleansRelease.Host.Verbs;

/// <summary>The command line of the server program.</summary>
internal static class CommandLine
{
    public static RootCommand Build()
    {
        var root = new RootCommand(
            "OrleansRelease: moves services to new versions step by step, and back when the evidence says so.")
        {
            RunVerb.Build(),
            DemoVerb.Build(),
            MigrateVerb.Build(),
            CheckVerb.Build(),
            RouterVerb.Build(),
            SampleVerb.Build(),
        };
        foreach (var hidden in DemoVerb.BuildHidden()) root.Subcommands.Add(hidden);
        return root;
    }
}
