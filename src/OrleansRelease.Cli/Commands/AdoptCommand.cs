using System.CommandLine;
using OrleansRelease.Cli.Connection;
using OrleansRelease.Cli.Texts;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Cli.Commands;

/// <summary><c>orel adopt</c></summary>
internal static class AdoptCommand
{
    public static Command Create(SessionOpener open)
    {
        var command = new Command("adopt",
            """
            Takes over a version that already runs: looks at router and target, moves nothing, puts it on record as the
            stable version, and shows what the first rollout from there would do. Refused where that version does not
            run, or has not all requests.

            Examples:
              orel adopt checkout -e production --dry-run
              orel adopt checkout -e production --version 3.1.4 --reason "from the old deployment"
            """);
        var service = new Argument<string>("SERVICE");
        var environment = Options.Environment(required: true);
        var version = new Option<string?>("--version")
        {
            Description = "the version that runs there; without it the one that has all requests",
            HelpName = "VERSION",
        };
        var digest = new Option<string?>("--digest") { Description = "sha256:… of the artifact", HelpName = "DIGEST" };
        var reason = new Option<string?>("--reason") { Description = "why; kept on record" };
        var dryRun = Options.DryRun();
        var key = Repeatable.Option();
        command.Arguments.Add(service);
        foreach (var option in new Option[] { environment, version, digest, reason, dryRun, key })
            command.Options.Add(option);
        command.SetAction((parsed, cancellation) => open.RunAsync(parsed, async session =>
        {
            var isDry = parsed.GetValue(dryRun);
            var slot = $"{parsed.GetValue(service)}.{parsed.GetValue(environment)}";
            var path = $"/api/v1/slots/{Uri.EscapeDataString(slot)}/adopt";
            var body = new
            {
                version = parsed.GetValue(version),
                digest = parsed.GetValue(digest),
                reason = parsed.GetValue(reason),
            };
            var reply = isDry
                ? await session.Api.TryAsync(path, body, cancellation)
                : await session.Api.CommandAsync(path, body, Repeatable.Of(parsed, key), cancellation);
            return await session.TellAsync(reply, json => AdoptionText.Of(
                Vocabulary.Read<AdoptionAnswer>(json), isDry, session.Around.Time.GetUtcNow(), session.Around.Width));
        }));
        return command;
    }
}
