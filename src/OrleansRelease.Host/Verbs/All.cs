using System.CommandLine;

namespace OrleansRelease.Host.Verbs;

/// <summary>The command line of the server program.</summary>
internal static class All
{
    public static RootCommand Build() =>
        new("OrleansRelease: moves services to new versions step by step, and back when the evidence says so.")
        {
            RunVerb.Build(),
            MigrateVerb.Build(),
            CheckVerb.Build(),
            RouterVerb.Build(),
            SampleVerb.Build(),
        };
}
