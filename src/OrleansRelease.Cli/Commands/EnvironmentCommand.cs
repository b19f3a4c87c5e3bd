using System.CommandLine;
using OrleansRelease.Cli.Connection;

namespace OrleansRelease.Cli.Commands;

/// <summary><c>orel environment</c></summary>
internal static class EnvironmentCommand
{
    public static Command Create(SessionOpener open)
    {
        var name = new Argument<string>("ENVIRONMENT");
        return new Command("environment", "What may be asked of one environment.")
        {
            LiftCommand.Create(
                open, "an environment", "orel environment retry production", [name], [], parsed =>
                {
                    var environment = parsed.GetValue(name)!;
                    return (environment, $"/api/v1/environments/{Uri.EscapeDataString(environment)}/retry");
                }),
        };
    }
}
