using System.CommandLine;
using OrleansRelease.Cli.Connection;

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
            var (id, problem) = await target.FindAsync(parsed, session, cancellation);
            return id is { } found
                ? await Watching.RunAsync(session, found, cancellation)
                : await session.TellProblemAsync(problem!);
        }));
        return command;
    }
}
