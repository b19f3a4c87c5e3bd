using System.CommandLine;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Cli.Commands;

/// <summary>How commands say which rollout they mean: <c>SERVICE -e ENVIRONMENT</c>, or its name.</summary>
internal sealed class RolloutTarget
{
    private readonly Argument<string> _subject = new("SERVICE|ROLLOUT")
    {
        Description = "a service, with -e; or a rollout such as checkout.production.7",
    };

    private readonly Option<string?> _environment = Options.Environment(required: false);

    public void AddTo(Command command)
    {
        command.Arguments.Add(_subject);
        command.Options.Add(_environment);
        command.Validators.Add(result =>
        {
            if (Address(result.GetValue(_subject), result.GetValue(_environment)) is null)
                result.AddError($"'{result.GetValue(_subject)}' is not a rollout: write SERVICE -e ENVIRONMENT, or {RolloutId.Shape}");
        });
    }

    public string Of(ParseResult parsed) => Address(parsed.GetValue(_subject), parsed.GetValue(_environment))!;

    private static string? Address(string? subject, string? environment) => environment is null
        ? (RolloutId.Parse(subject)?.ToString() ?? SlotKey.Parse(subject)?.ToString())
        : SlotKey.Parse($"{subject}.{environment}")?.ToString();
}

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

    public static Option<bool> DryRun() => new("--dry-run")
    {
        Description = "tell what would happen, change nothing",
    };

    public static string DryRunQuery(bool dryRun) => dryRun ? "?dryRun=true" : "";
}
