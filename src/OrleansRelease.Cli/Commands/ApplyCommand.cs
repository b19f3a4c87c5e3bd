using System.CommandLine;
using OrleansRelease.Cli.Connection;
using OrleansRelease.Cli.Texts;

namespace OrleansRelease.Cli.Commands;

/// <summary><c>orel apply</c></summary>
internal static class ApplyCommand
{
    public static Command Create(SessionOpener open)
    {
        var command = new Command("apply",
            """
            Applies manifests. Every file is checked before the first is applied; all problems come at once.

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
        command.Options.Add(file);
        command.Options.Add(dryRun);
        command.SetAction((parsed, cancellation) => open.RunAsync(parsed, async session =>
        {
            var (files, problem) = ManifestFile.Read(parsed.GetValue(file)!, session.Around);
            if (problem is null) return await ApplyAsync(session, files, parsed.GetValue(dryRun), cancellation);
            await session.Around.Error.WriteLineAsync(problem);
            return ExitCode.Usage;
        }));
        return command;
    }

    private static async Task<int> ApplyAsync(
        Session session, IReadOnlyList<ManifestFile> files, bool dryRun, CancellationToken cancellation)
    {
        var worst = ExitCode.Good;
        var tried = new List<Reply>();
        foreach (var file in files)
        {
            var reply = await SendAsync(session, file, dryRun: true, cancellation);
            tried.Add(reply);
            if (reply is not Reply.Answered) worst = Math.Max(worst, await session.TellProblemAsync(reply));
        }

        if (worst != ExitCode.Good) return worst;
        foreach (var (file, seen) in files.Zip(tried))
        {
            var reply = dryRun ? seen : await SendAsync(session, file, dryRun: false, cancellation);
            var told = await session.TellAsync(reply, ApplyText.Of);
            if (told != ExitCode.Good) return told;
        }

        return ExitCode.Good;
    }

    private static Task<Reply> SendAsync(
        Session session, ManifestFile file, bool dryRun, CancellationToken cancellation) =>
        session.Api.PostAsync(
            $"/api/v1/manifests{Options.DryRunQuery(dryRun)}", new { file = file.Name, yaml = file.Yaml },
            cancellation);
}
