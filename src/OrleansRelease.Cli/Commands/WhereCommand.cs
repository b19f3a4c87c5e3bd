using System.CommandLine;
using OrleansRelease.Cli.Connection;

namespace OrleansRelease.Cli.Commands;

/// <summary><c>orel where</c></summary>
internal static class WhereCommand
{
    public static Command Create(SessionOpener open)
    {
        var command = new Command("where",
            """
            What runs where: in each environment the version that is stable, since when, which rollout or release has
            brought it, and who has the slot now. Changes nothing.

            Examples:
              orel where
              orel where checkout
              orel where -e production -o json
            """);
        var service = new Argument<string?>("SERVICE")
        {
            Description = "only this service",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var environment = Options.Environment(required: false);
        command.Arguments.Add(service);
        command.Options.Add(environment);
        command.SetAction((parsed, cancellation) => open.RunAsync(parsed, session => Listing.RunAsync(
            session, "standings",
            Part("service", parsed.GetValue(service)) + Part("environment", parsed.GetValue(environment)),
            cancellation)));
        return command;
    }

    private static string Part(string name, string? value) =>
        value is null ? "" : $"&{name}={Uri.EscapeDataString(value)}";
}
