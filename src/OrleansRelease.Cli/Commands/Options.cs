using System.CommandLine;

namespace OrleansRelease.Cli.Commands;

/// <summary>Options that mean the same everywhere.</summary>
internal static class Options
{
    public static Option<string?> Environment(bool required) => new("--environment", "-e")
    {
        Description = "the environment",
        HelpName = "ENVIRONMENT",
        Required = required,
    };

    public static Option<string?> Version() => new("--version")
    {
        Description = "the version to move to",
        HelpName = "VERSION",
        Required = true,
    };

    public static Option<string?> Emergency() => new("--emergency")
    {
        Description = "whatever its error budgets and its source of numbers say, for this reason, which is kept",
        HelpName = "REASON",
    };

    public static Option<bool> DryRun() => new("--dry-run")
    {
        Description = "tell what would happen, change nothing",
    };
}
