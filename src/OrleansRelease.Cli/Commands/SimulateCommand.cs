using System.CommandLine;
using OrleansRelease.Cli.Connection;
using OrleansRelease.Cli.Texts;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Simulating;

namespace OrleansRelease.Cli.Commands;

/// <summary><c>orel simulate</c></summary>
internal static class SimulateCommand
{
    public static Command Create(SessionOpener open)
    {
        var command = new Command("simulate",
            """
            What a release would be like: how long it takes and why, what users would see of it, and its way back from
            wherever it may fail. Goes by the rules of a real one, from what runs now. Changes nothing.

            Examples:
              orel simulate shop-2026.11.3 -e production
              orel simulate -f release.yaml -e production --fail checkout/4
              orel simulate -f release.yaml -e production --fail-each
            """);
        var release = new Argument<string?>("RELEASE") { Arity = ArgumentArity.ZeroOrOne };
        var file = new Option<string?>("--file", "-f")
        {
            Description = "a file with the release, or - for standard input; all of it counts as if it were applied",
            HelpName = "FILE|-",
        };
        var environment = Options.Environment(required: true);
        var fail = new Option<string?>("--fail")
        {
            Description = "let this service fail: after its last step, or after STEP (its number or its text)",
            HelpName = "SERVICE[/STEP]",
        };
        var each = new Option<bool>("--fail-each") { Description = "try a failure after every step in turn" };
        command.Arguments.Add(release);
        foreach (var option in new Option[] { file, environment, fail, each }) command.Options.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(release) is null && result.GetValue(file) is null)
                result.AddError("write: orel simulate RELEASE -e ENVIRONMENT, or -f FILE");
        });
        command.SetAction((parsed, cancellation) => open.RunAsync(parsed, async session =>
        {
            IReadOnlyList<ManifestFile> files = [];
            if (parsed.GetValue(file) is { } path)
            {
                (files, var problem) = ManifestFile.Read([path], session.Around);
                if (problem is not null || files.Count > 1)
                {
                    await session.Around.Error.WriteLineAsync(problem ?? $"{path}: one file, with the release in it");
                    return ExitCode.Usage;
                }
            }

            var reply = await session.Api.AskAsync("/api/v1/simulations", new
            {
                environment = parsed.GetValue(environment),
                release = parsed.GetValue(release),
                file = files.Count == 0 ? null : files[0].Name,
                yaml = files.Count == 0 ? null : files[0].Yaml,
                failAt = parsed.GetValue(fail),
                failEach = parsed.GetValue(each),
            }, cancellation);
            return await session.TellAsync(reply, json => SimulationText.Of(
                Vocabulary.Read<ReleaseSimulation>(json), session.Around.Width));
        }));
        return command;
    }
}
