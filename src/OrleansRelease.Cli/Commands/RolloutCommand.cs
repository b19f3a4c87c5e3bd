using System.CommandLine;
using OrleansRelease.Cli.Connection;
using OrleansRelease.Cli.Texts;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Cli.Commands;

/// <summary><c>orel rollout</c> and its verbs.</summary>
internal static class RolloutCommand
{
    private static readonly (string Name, string What)[] Verbs =
    [
        ("pause", "No further step forward until somebody resumes it. The way back is never paused."),
        ("resume", "Ends a pause that a person asked for."),
        ("promote", "Skips a pause or an analysis step, on record. Gates are never skipped."),
        ("retry", "Tries a failed way back again; also lets something that could not be decided on be tried again."),
        ("abort", "Takes it back now. One that still waits leaves the queue."),
    ];

    public static Command Create(SessionOpener open)
    {
        var command = new Command("rollout", "Starts a rollout, watches it, and what may be asked of it.");
        command.Subcommands.Add(StartCommand.Create(open));
        command.Subcommands.Add(WatchCommand.Create(open));
        foreach (var (name, what) in Verbs) command.Subcommands.Add(Verb(name, what, open));
        return command;
    }

    private static Command Verb(string name, string what, SessionOpener open)
    {
        var command = new Command(name,
            $"""
            {what}

            Examples:
              orel rollout {name} checkout -e production --reason "looking at it"
              orel rollout {name} checkout.production.7 --dry-run
            """);
        var target = new RolloutTarget();
        target.AddTo(command);
        var reason = new Option<string?>("--reason") { Description = "why; kept on record" };
        var dryRun = Options.DryRun();
        command.Options.Add(reason);
        command.Options.Add(dryRun);
        var key = Repeatable.Option();
        command.Options.Add(key);
        command.Validators.Add(result =>
        {
            if (result.GetValue(key) is not null && !target.IsName(result))
            {
                result.AddError("with --idempotency-key write the rollout's own name: SERVICE -e ENVIRONMENT may mean "
                    + "another one than it did the first time");
            }
        });
        command.SetAction((parsed, cancellation) => open.RunAsync(parsed, async session =>
        {
            var (found, problem) = await target.FindAsync(parsed, session, cancellation);
            if (found is not { } id) return await session.TellProblemAsync(problem!);
            var isDry = parsed.GetValue(dryRun);
            var path = $"/api/v1/rollouts/{id}/{name}";
            var body = new { reason = parsed.GetValue(reason) };
            var reply = isDry
                ? await session.Api.TryAsync(path, body, cancellation)
                : await session.Api.CommandAsync(
                    path, body, Repeatable.Of(parsed, key, target.WordsFor(parsed, id)), cancellation);
            return await session.TellAsync(reply, json => Tell(name, json, isDry));
        }));
        return command;
    }

    private static string Tell(string verb, string json, bool dryRun) => verb == "abort"
        ? RolloutText.OfAbort(Vocabulary.Read<AbortedAnswer>(json), dryRun)
        : RolloutText.OfCommand(verb, Vocabulary.Read<RolloutAnswer>(json), dryRun);
}
