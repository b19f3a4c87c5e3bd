using System.CommandLine;
using OrleansRelease.Cli.Connection;
using OrleansRelease.Cli.Texts;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Slots;

namespace OrleansRelease.Cli.Commands;

/// <summary><c>orel rollout start</c></summary>
internal static class StartCommand
{
    private const string Path = "/api/v1/rollouts";

    public static Command Create(SessionOpener open)
    {
        var command = new Command("start",
            """
            Moves a service to a version. Answers with the rollout's name at once.

            Examples:
              orel rollout start checkout -e production --version 3.2.0
              orel rollout start checkout -e production --version 3.2.0 --watch
              orel rollout start checkout -e production --version 3.2.1 --emergency 'INC-4711: payments fail'
            """);
        var service = new Argument<string>("SERVICE");
        var environment = Options.Environment(required: true);
        var version = Options.Version();
        var digest = new Option<string?>("--digest") { Description = "sha256:… of the artifact", HelpName = "DIGEST" };
        var emergency = Options.Emergency();
        var dryRun = Options.DryRun();
        var key = Repeatable.Option();
        var watch = new Option<bool>("--watch") { Description = "stay and watch it to its end" };
        command.Arguments.Add(service);
        foreach (var option in new Option[] { environment, version, digest, emergency, dryRun, watch, key })
            command.Options.Add(option);
        command.SetAction((parsed, cancellation) => open.RunAsync(parsed, async session =>
        {
            var isDry = parsed.GetValue(dryRun);
            var body = new
            {
                service = parsed.GetValue(service),
                environment = parsed.GetValue(environment),
                version = parsed.GetValue(version),
                digest = parsed.GetValue(digest),
                emergency = parsed.GetValue(emergency),
            };
            var reply = isDry
                ? await session.Api.TryAsync(Path, body, cancellation)
                : await session.Api.CommandAsync(Path, body, Repeatable.Of(parsed, key), cancellation);
            var told = await session.TellAsync(
                reply, json => RolloutText.OfStart(Vocabulary.Read<StartAnswer>(json), isDry));
            return reply is Reply.Answered { Json: var started } && parsed.GetValue(watch) && !isDry
                ? await Watching.RunAsync(session, Vocabulary.Read<StartAnswer>(started).RolloutId, cancellation)
                : told;
        }));
        return command;
    }
}
