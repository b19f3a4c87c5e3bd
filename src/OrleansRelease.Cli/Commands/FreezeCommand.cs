using System.CommandLine;
using OrleansRelease.Cli.Connection;
using OrleansRelease.Cli.Texts;
using OrleansRelease.Core.Freezes;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Cli.Commands;

/// <summary><c>orel freeze</c> and <c>orel thaw</c></summary>
internal static class FreezeCommand
{
    public static Command Freeze(SessionOpener open)
    {
        var command = new Command("freeze",
            """
            Stops everything that goes forward in an environment, at every server, within two seconds of the answer.
            What has been begun may end; ways back, aborts and pauses go on. Freezing again says anew for how long.

            Examples:
              orel freeze -e production --for 2h --reason "incident 4711"
              orel freeze -e production --for 30m --reason "incident 4711 is nearly over"
            """);
        var length = new Option<string>("--for")
        {
            Description = "how long from now: 1m to 90d",
            HelpName = "DURATION",
            Required = true,
        };
        command.Options.Add(length);
        return Asking(command, "freeze", open, (parsed, reason) => new { @for = parsed.GetValue(length), reason });
    }

    public static Command Thaw(SessionOpener open)
    {
        var command = new Command("thaw",
            """
            Ends a freeze before its time; what waited goes on by itself within ten seconds.

            Example:
              orel thaw -e production --reason "incident 4711 is over"
            """);
        return Asking(command, "thaw", open, (_, reason) => new { reason });
    }

    private static Command Asking(
        Command command, string verb, SessionOpener open, Func<ParseResult, string, object> bodyOf)
    {
        var environment = Options.Environment(required: true);
        var reason = new Option<string>("--reason")
        {
            Description = "why; kept on record, and told to whoever is held up",
            Required = true,
        };
        var dryRun = Options.DryRun();
        var key = Repeatable.Option();
        foreach (var option in new Option[] { environment, reason, dryRun, key }) command.Options.Add(option);
        command.SetAction((parsed, cancellation) => open.RunAsync(parsed, async session =>
        {
            var isDry = parsed.GetValue(dryRun);
            var path = $"/api/v1/environments/{Uri.EscapeDataString(parsed.GetValue(environment)!)}/{verb}";
            var body = bodyOf(parsed, parsed.GetValue(reason)!);
            var reply = isDry
                ? await session.Api.TryAsync(path, body, cancellation)
                : await session.Api.CommandAsync(path, body, Repeatable.Of(parsed, key), cancellation);
            return await session.TellAsync(reply, json => FreezeTexts.Of(
                Vocabulary.Read<FreezeAnswer>(json), isDry, session.Around.Time.GetUtcNow()));
        }));
        return command;
    }
}
