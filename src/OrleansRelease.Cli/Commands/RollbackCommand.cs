using System.CommandLine;
using OrleansRelease.Cli.Connection;
using OrleansRelease.Cli.Texts;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Releases;

namespace OrleansRelease.Cli.Commands;

/// <summary><c>orel release rollback</c></summary>
internal static class RollbackCommand
{
    private static readonly string[] Choices =
        [.. Enum.GetNames<WhenBuiltOn>().Select(name => name.ToLowerInvariant())];

    public static Command Create(SessionOpener open)
    {
        var command = new Command("rollback",
            """
            Takes back what a release has completed in an environment: every service to the version before, in reverse
            order. Whoever has been built on it since is named first; --when-built-on says what becomes of them.
            Exit status 1 when it is refused, also of a dry run that names some while nothing is said of them.

            Examples:
              orel release rollback shop-2026.11.3 -e production --dry-run
              orel release rollback shop-2026.11.3 -e production --when-built-on include --reason "prices are wrong"
            """);
        var (release, environment) = ReleaseCommand.Target(command, required: true);
        var built = new Option<string?>("--when-built-on")
        {
            Description = "refuse (the default): nothing is taken back; hold: nothing before a person says so; "
                + "include: they are taken back first",
            HelpName = string.Join('|', Choices),
        };
        built.AcceptOnlyFromAmong(Choices);
        var reason = new Option<string?>("--reason") { Description = "why; kept on record" };
        command.Options.Add(built);
        command.Options.Add(reason);
        var (dryRun, key) = ReleaseCommand.Asking(command);
        command.SetAction((parsed, cancellation) => open.RunAsync(parsed, async session =>
        {
            var isDry = parsed.GetValue(dryRun);
            var path = $"{ReleaseCommand.PathOf(parsed.GetValue(release)!, parsed.GetValue(environment)!)}/rollback";
            WhenBuiltOn? wanted = parsed.GetValue(built) is { } word ? Enum.Parse<WhenBuiltOn>(word, true) : null;
            var body = new { whenBuiltOn = wanted, reason = parsed.GetValue(reason) };
            var reply = isDry
                ? await session.Api.TryAsync(path, body, cancellation)
                : await session.Api.CommandAsync(path, body, Repeatable.Of(parsed, key), cancellation);
            var told = await session.TellAsync(
                reply, json => ReleaseText.OfRollback(
                    Vocabulary.Read<ReversalAnswer>(json), isDry, wanted ?? WhenBuiltOn.Refuse, session.Around.Width));
            return isDry && wanted is null or WhenBuiltOn.Refuse && reply is Reply.Answered { Json: var plan }
                && Vocabulary.Read<ReversalAnswer>(plan).IsStoodUpon
                ? ExitCode.Refused
                : told;
        }));
        return command;
    }
}
