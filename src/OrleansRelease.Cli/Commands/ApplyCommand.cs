using System.Collections.Immutable;
using System.CommandLine;
using System.Net;
using OrleansRelease.Cli.Connection;
using OrleansRelease.Cli.Texts;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Manifests;

namespace OrleansRelease.Cli.Commands;

/// <summary><c>orel apply</c></summary>
internal static class ApplyCommand
{
    private const string Path = "/api/v1/manifests";

    public static Command Create(SessionOpener open)
    {
        var command = new Command("apply",
            """
            Applies manifests. Every file is checked before the first is applied, and all of them together; all problems
            come at once.

            Examples:
              orel apply -f service.yaml
              orel apply -f manifests/ --dry-run
              cat service.yaml | orel apply -f -
            """);
        var file = new Option<string[]>("--file", "-f")
        {
            Description = "a file, a folder, or - for standard input",
            HelpName = "FILE|DIR|-",
            Required = true,
        };
        var dryRun = Options.DryRun();
        var key = Repeatable.Option();
        foreach (var option in new Option[] { file, dryRun, key }) command.Options.Add(option);
        command.SetAction((parsed, cancellation) => open.RunAsync(parsed, async session =>
        {
            var (files, problem) = ManifestFile.Read(parsed.GetValue(file)!, session.Around);
            if (problem is null)
            {
                var repeatable = parsed.GetValue(dryRun) ? null : Repeatable.Of(parsed, key);
                return await ApplyAsync(session, files, repeatable, cancellation);
            }

            await session.Around.Error.WriteLineAsync(problem);
            return ExitCode.Usage;
        }));
        return command;
    }

    private static async Task<int> ApplyAsync(
        Session session, IReadOnlyList<ManifestFile> files, Repeatable? repeatable, CancellationToken cancellation)
    {
        var worst = ExitCode.Good;
        var tried = new List<Reply>();
        foreach (var file in files)
        {
            var reply = await session.Api.TryAsync(Path, BodyOf(file), cancellation);
            tried.Add(reply);
            if (reply is not Reply.Answered) worst = Math.Max(worst, await session.TellProblemAsync(reply));
        }

        if (ManifestFile.Together(files) is { IsEmpty: false } problems)
            worst = Math.Max(worst, await session.TellProblemAsync(NotTogether(problems)));
        if (worst != ExitCode.Good) return worst;
        for (var i = 0; i < files.Count; i++)
        {
            var reply = repeatable is null
                ? tried[i]
                : await session.Api.CommandAsync(
                    Path, BodyOf(files[i]), files.Count == 1 ? repeatable : repeatable.OfFile(i + 1), cancellation);
            var told = await session.TellAsync(reply, ApplyText.Of);
            if (told != ExitCode.Good) return told;
        }

        return ExitCode.Good;
    }

    // The server is told of one file at a time, and would see it only when the others are applied.
    private static Reply.Refused NotTogether(ImmutableArray<Problem> problems)
    {
        var body = new ProblemBody(
            "invalid-manifests", (int)HttpStatusCode.UnprocessableEntity, "the files do not go together", null,
            problems);
        return new(HttpStatusCode.UnprocessableEntity, body, Vocabulary.Write(body));
    }

    private static object BodyOf(ManifestFile file) => new { file = file.Name, yaml = file.Yaml };
}
