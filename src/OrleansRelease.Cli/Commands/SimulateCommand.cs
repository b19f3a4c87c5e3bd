using System.CommandLine;
using OrleansRelease.Cli.Connection;
using OrleansRelease.Cli.Texts;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Promotion;
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

            Without an environment it is simulated in each of those that the release goes through, one after the other.

            Examples:
              orel simulate -f release.yaml
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
        var environment = Options.Environment(required: false);
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
                result.AddError("write: orel simulate RELEASE, or -f FILE");
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

            return await SimulateAsync(session, new(
                parsed.GetValue(environment), parsed.GetValue(release), files.Count == 0 ? null : files[0].Name,
                files.Count == 0 ? null : files[0].Yaml, parsed.GetValue(fail), parsed.GetValue(each)), cancellation);
        }));
        return command;
    }

    private static async Task<int> SimulateAsync(
        Session session, SimulationWanted wanted, CancellationToken cancellation)
    {
        if (wanted.Environment is not null) return await OneAsync(session, wanted, "", cancellation);
        var reply = await session.Api.AskAsync("/api/v1/simulations/environments", wanted, cancellation);
        if (reply is not Reply.Answered { Json: var route }) return await session.TellProblemAsync(reply);
        var before = "";
        foreach (var there in Vocabulary.Read<ReleaseRoute>(route).Environments)
        {
            var code = await OneAsync(
                session, wanted with { Environment = $"{there.Environment}" }, before, cancellation);
            // Whoever is not answered for one is not answered for the others.
            if (code != ExitCode.Good) return code;
            before = "\n";
        }

        return ExitCode.Good;
    }

    private static async Task<int> OneAsync(
        Session session, SimulationWanted wanted, string before, CancellationToken cancellation)
    {
        if (wanted.FailEach) return await EveryFailure.TellAsync(session, wanted, before, cancellation);
        var reply = await session.Api.AskAsync("/api/v1/simulations", wanted, cancellation);
        return await session.TellAsync(reply, json => before + SimulationText.Of(
            Vocabulary.Read<ReleaseSimulation>(json), session.Around.Width));
    }
}

/// <summary>What is asked for, as the API takes it.</summary>
internal sealed record SimulationWanted(
    string? Environment, string? Release, string? File, string? Yaml, string? FailAt, bool FailEach,
    int? FailSkip = null);
