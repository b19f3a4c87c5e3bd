using System.CommandLine;
using OrleansRelease.Cli.Connection;
using OrleansRelease.Cli.Texts;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Cli.Commands;

/// <summary><c>orel rollout watch</c></summary>
internal static class WatchCommand
{
    public static Command Create(SessionOpener open)
    {
        var command = new Command("watch",
            """
            Watches a rollout to its end: traffic, steps, what it is judged on, the way back. In a pipe one line per
            change.
            Exit status 0 when it succeeded, 1 when it ended otherwise or its way back failed. Ctrl-C stops the watching
            only; the rollout goes on.

            Examples:
              orel rollout watch checkout -e production
              orel rollout watch checkout.production.7
            """);
        var target = new RolloutTarget();
        target.AddTo(command);
        command.SetAction((parsed, cancellation) => open.RunAsync(parsed, async session =>
        {
            var address = target.Of(parsed);
            if (RolloutId.Parse(address) is { } id) return await Watching.RunAsync(session, id, cancellation);
            // Which one it is now: the same one is watched when a newer one starts meanwhile.
            var reply = await session.Api.GetAsync($"/api/v1/rollouts/{address}", cancellation);
            return reply is Reply.Answered { Json: var json }
                ? await Watching.RunAsync(session, Vocabulary.Read<RolloutAnswer>(json).Id, cancellation)
                : await session.TellProblemAsync(reply);
        }));
        return command;
    }
}
