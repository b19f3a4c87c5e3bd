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
            var subject = result.GetValue(_subject);
            if (Address(subject, result.GetValue(_environment)) is null)
                result.AddError($"'{subject}' is not a rollout: write SERVICE -e ENVIRONMENT, or {RolloutId.Shape}");
        });
    }

    public string Of(ParseResult parsed) => Address(parsed.GetValue(_subject), parsed.GetValue(_environment))!;

    private static string? Address(string? subject, string? environment) => environment is null
        ? (RolloutId.Parse(subject)?.ToString() ?? SlotKey.Parse(subject)?.ToString())
        : SlotKey.Parse($"{subject}.{environment}")?.ToString();
}
