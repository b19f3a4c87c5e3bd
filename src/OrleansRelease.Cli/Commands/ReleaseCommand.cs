using System.CommandLine;
using OrleansRelease.Cli.Connection;
using OrleansRelease.Cli.Texts;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Promotion;
using OrleansRelease.Core.Releases;

namespace OrleansRelease.Cli.Commands;

/// <summary><c>orel release</c> and its verbs.</summary>
internal static class ReleaseCommand
{
    private static readonly (string Name, string What)[] Verbs =
    [
        ("pause", "Nothing more begins there until it is resumed. Where it has not begun, it does not by itself."),
        ("resume", "Ends a pause by a person, or goes on after a service that failed."),
        ("abort", "Takes back all that it has moved there, in reverse order."),
        ("retry",
            "Takes back once more what got stuck there; also lets what could not be decided on be tried again: the "
            + "release itself without -e."),
        ("leave", "What got stuck on its way back stays as it is, and the rest goes on."),
    ];

    public static Command Create(SessionOpener open)
    {
        var command = new Command("release", "Carries a release through environments, and what may be asked of it.");
        command.Subcommands.Add(Start(open));
        command.Subcommands.Add(Status(open));
        command.Subcommands.Add(Watch(open));
        command.Subcommands.Add(Explain(open));
        command.Subcommands.Add(Plan(open));
        command.Subcommands.Add(RollbackCommand.Create(open));
        foreach (var (name, what) in Verbs) command.Subcommands.Add(Verb(name, what, open));
        return command;
    }

    private static Command Start(SessionOpener open)
    {
        var command = new Command("start",
            """
            Begins a release in an environment, or wherever it may begin now. It goes on by itself into the others.

            Examples:
              orel release start shop-2026.11.3
              orel release start shop-2026.11.3 -e staging --priority 3
            """);
        var (release, environment) = Target(command, required: false);
        var priority = new Option<int?>("--priority")
        {
            Description = "-10 to 10: how much sooner it gets its turn where several want the same service",
            HelpName = "N",
        };
        command.Options.Add(priority);
        var (dryRun, key) = Asking(command);
        command.SetAction((parsed, cancellation) => open.RunAsync(parsed, async session =>
        {
            var isDry = parsed.GetValue(dryRun);
            var body = new { environment = parsed.GetValue(environment), priority = parsed.GetValue(priority) };
            var path = $"{PathOf(parsed.GetValue(release)!)}/start";
            var reply = isDry
                ? await session.Api.TryAsync(path, body, cancellation)
                : await session.Api.CommandAsync(path, body, Repeatable.Of(parsed, key), cancellation);
            return await session.TellAsync(
                reply, json => ReleaseText.OfStart(Vocabulary.Read<ReleaseStarted>(json), isDry));
        }));
        return command;
    }

    private static Command Status(SessionOpener open)
    {
        var command = new Command("status",
            """
            Where a started release is, environment by environment.

            Example:
              orel release status shop-2026.11.3
            """);
        var release = new Argument<string>("RELEASE");
        command.Arguments.Add(release);
        command.SetAction((parsed, cancellation) => open.RunAsync(parsed, async session => await session.TellAsync(
            await session.Api.GetAsync($"{PathOf(parsed.GetValue(release)!)}/state", cancellation),
            json => ReleaseText.Of(Vocabulary.Read<ReleaseAnswer>(json), session.Around.Time.GetUtcNow()))));
        return command;
    }

    private static Command Watch(SessionOpener open)
    {
        var command = new Command("watch",
            """
            Follows a release on its way through its environments to its end, one line per change.
            Exit status 0 when it has completed everywhere, or the last that it did was to go back as orel release
            rollback has asked; 1 when it stopped otherwise or its way back failed. Ctrl-C stops the watching only; the
            release goes on.

            Example:
              orel release watch shop-2026.11.3
            """);
        var release = new Argument<string>("RELEASE");
        command.Arguments.Add(release);
        command.SetAction((parsed, cancellation) => open.RunAsync(parsed, session =>
        {
            var name = parsed.GetValue(release)!;
            return ReleaseWatching.RunAsync(session, name, PathOf(name), cancellation);
        }));
        return command;
    }

    private static Command Explain(SessionOpener open)
    {
        var command = new Command("explain",
            """
            Why a release is where it is on its way, or in one environment: what would move it, what is refused, each
            of its services, and the way back.

            Examples:
              orel release explain shop-2026.11.3
              orel release explain shop-2026.11.3 -e production
            """);
        var (release, environment) = Target(command, required: false);
        command.SetAction((parsed, cancellation) => open.RunAsync(parsed, async session =>
        {
            var (name, where) = (parsed.GetValue(release)!, parsed.GetValue(environment));
            var width = session.Around.Width;
            return where is null
                ? await session.TellAsync(
                    await session.Api.GetAsync($"{PathOf(name)}/explain", cancellation),
                    json => ReleaseTexts.Of(Vocabulary.Read<ReleaseExplanation>(json), width))
                : await session.TellAsync(
                    await session.Api.GetAsync($"{PathOf(name, where)}/explain", cancellation),
                    json => ReleaseTexts.Of(Vocabulary.Read<PassageExplanation>(json), width));
        }));
        return command;
    }

    private static Command Plan(SessionOpener open)
    {
        var command = new Command("plan",
            """
            The way back of a release that was started in an environment: the one that is carried out, or would be if
            all were stopped now, and every numbered plan before it.

            Example:
              orel release plan shop-2026.11.3 -e production
            """);
        var (release, environment) = Target(command, required: true);
        command.SetAction((parsed, cancellation) => open.RunAsync(parsed, async session => await session.TellAsync(
            await session.Api.GetAsync(
                $"{PathOf(parsed.GetValue(release)!, parsed.GetValue(environment)!)}/plan", cancellation),
            json => ReleaseText.OfPlans(
                Vocabulary.Read<PlansAnswer>(json), session.Around.Time.GetUtcNow(), session.Around.Width))));
        return command;
    }

    private static Command Verb(string name, string does, SessionOpener open)
    {
        var more = name == "leave" ? " -s checkout" : "";
        var command = new Command(name,
            $"""
            {does}

            Example:
              orel release {name} shop-2026.11.3 -e production{more} --reason "looking at it"
            """);
        var (release, environment) = Target(command, required: name != "retry");
        var service = new Option<string?>("--service", "-s")
        {
            Description = "which service stays as it is",
            HelpName = "SERVICE",
            Required = name == "leave",
        };
        if (name == "leave") command.Options.Add(service);
        var careful = new Option<string?>("--when-built-on")
        {
            Description = "where others stand on what it has verified: refuse (nothing is taken back) or hold (it is "
                + "paused); without it all of it goes back, and they are named",
            HelpName = "refuse|hold",
        };
        careful.AcceptOnlyFromAmong("refuse", "hold");
        if (name == "abort") command.Options.Add(careful);
        var reason = new Option<string?>("--reason") { Description = "why; kept on record" };
        command.Options.Add(reason);
        var (dryRun, key) = Asking(command);
        command.SetAction((parsed, cancellation) => open.RunAsync(parsed, async session =>
        {
            var isDry = parsed.GetValue(dryRun);
            var (what, where) = (parsed.GetValue(release)!, parsed.GetValue(environment));
            var path = $"{(where is null ? PathOf(what) : PathOf(what, where))}/{name}";
            object body = name switch
            {
                "leave" => new { service = parsed.GetValue(service), reason = parsed.GetValue(reason) },
                "abort" when parsed.GetValue(careful) is { } word => new
                {
                    reason = parsed.GetValue(reason),
                    whenBuiltOn = Enum.Parse<WhenBuiltOn>(word, true),
                },
                _ => new { reason = parsed.GetValue(reason) },
            };
            var reply = isDry
                ? await session.Api.TryAsync(path, body, cancellation)
                : await session.Api.CommandAsync(path, body, Repeatable.Of(parsed, key), cancellation);
            return await session.TellAsync(
                reply, json => where is null
                    ? $"{what} {(isDry ? "would be tried again (dry run)" : "is tried again")}"
                    : ReleaseText.OfCommand(name, Vocabulary.Read<CommandedRelease>(json), isDry));
        }));
        return command;
    }

    internal static (Argument<string> Release, Option<string?> Environment) Target(Command command, bool required)
    {
        var (release, environment) = (new Argument<string>("RELEASE"), Options.Environment(required));
        command.Arguments.Add(release);
        command.Options.Add(environment);
        return (release, environment);
    }

    internal static (Option<bool> DryRun, Option<string?> Key) Asking(Command command)
    {
        var (dryRun, key) = (Options.DryRun(), Repeatable.Option());
        command.Options.Add(dryRun);
        command.Options.Add(key);
        return (dryRun, key);
    }

    internal static string PathOf(string release) => $"/api/v1/releases/{Uri.EscapeDataString(release)}";

    internal static string PathOf(string release, string environment) =>
        $"{PathOf(release)}/environments/{Uri.EscapeDataString(environment)}";
}
