using System.CommandLine;
using OrleansRelease.Cli.Connection;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Cli.Commands;

/// <summary><c>orel explain</c></summary>
internal static class ExplainCommand
{
    public static Command Create(SessionOpener open)
    {
        var command = new Command("explain",
            """
            Why a rollout is where it is, what would move it, what is refused, how bad it is, and the way back.

            Examples:
              orel explain checkout -e production
              orel explain checkout.production.7
            """);
        var target = new RolloutTarget();
        target.AddTo(command);
        command.SetAction((parsed, cancellation) => open.RunAsync(parsed, async session =>
            await session.TellAsync(
                await session.Api.GetAsync($"/api/v1/rollouts/{target.Of(parsed)}/explain", cancellation),
                json => ExplanationText.Of(Vocabulary.Read<Explanation>(json), session.Around.Width))));
        return command;
    }
}
