using System.CommandLine;
using OrleansRelease.Cli.Connection;
using OrleansRelease.Cli.Texts;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Planning;

namespace OrleansRelease.Cli.Commands;

/// <summary><c>orel plan</c></summary>
internal static class PlanCommand
{
    public static Command Create(SessionOpener open)
    {
        var command = new Command("plan",
            """
            What a start would do, forward and back, and the bound of the way back. Changes nothing.
            Exit status 1 when the start would be refused.

            Example:
              orel plan checkout -e production --version 3.2.0
            """);
        var service = new Argument<string>("SERVICE");
        var environment = Options.Environment(required: true);
        var version = Options.Version();
        command.Arguments.Add(service);
        command.Options.Add(environment);
        command.Options.Add(version);
        command.SetAction((parsed, cancellation) => open.RunAsync(parsed, async session =>
        {
            var reply = await session.Api.AskAsync("/api/v1/plans", new
            {
                service = parsed.GetValue(service),
                environment = parsed.GetValue(environment),
                version = parsed.GetValue(version),
            }, cancellation);
            var told = await session.TellAsync(
                reply, json => PlanText.Of(
                    Vocabulary.Read<RolloutPlan>(json), session.Around.Time.GetUtcNow(), session.Around.Width));
            return reply is Reply.Answered { Json: var plan } && !Vocabulary.Read<RolloutPlan>(plan).IsReady
                ? ExitCode.Refused
                : told;
        }));
        return command;
    }
}
