using System.Collections.Immutable;
using System.CommandLine;
using OrleansRelease.Cli.Connection;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Manifests;

namespace OrleansRelease.Cli.Commands;

/// <summary><c>orel validate</c></summary>
internal static class ValidateCommand
{
    public static Command Create(GlobalOptions globals, Surroundings around)
    {
        var command = new Command("validate",
            """
            Reads manifests and tells everything that is wrong with them, each alone and all together, without any
            server. What only the catalogue knows is told by apply --dry-run.

            Examples:
              orel validate -f release.yaml
              orel validate -f manifests/
            """);
        var file = new Option<string[]>("--file", "-f")
        {
            Description = "a file, a folder, or - for standard input",
            HelpName = "FILE|DIR|-",
            Required = true,
        };
        command.Options.Add(file);
        command.SetAction(async (parsed, _) =>
        {
            var (files, problem) = ManifestFile.Read(parsed.GetValue(file)!, around);
            if (problem is not null)
            {
                await around.Error.WriteLineAsync(problem);
                return ExitCode.Usage;
            }

            return await TellAsync(files, parsed.GetValue(globals.Output) == GlobalOptions.Json, around);
        });
        return command;
    }

    private static async Task<int> TellAsync(
        IReadOnlyList<ManifestFile> files, bool isJson, Surroundings around)
    {
        var read = files.Select(one => ManifestReader.Read(one.Yaml, one.Name)).ToList();
        var found = new Validated(
            [
                .. read.SelectMany(reading => reading.Manifests)
                    .Select(one => new ValidManifest($"{one.Kind}", one.Name)),
            ],
            [.. read.SelectMany(reading => reading.Problems), .. ManifestFile.Together(files)]);
        foreach (var wrong in found.Problems) await around.Error.WriteLineAsync($"{wrong}");
        if (isJson) await around.Out.WriteLineAsync(Vocabulary.Write(found));
        foreach (var good in isJson ? [] : found.Manifests)
            await around.Out.WriteLineAsync($"{good.Kind}/{good.Name} is right");
        return found.Problems.IsEmpty ? ExitCode.Good : ExitCode.Refused;
    }

    // For programs: what is right, and what is not.
    private sealed record Validated(ImmutableArray<ValidManifest> Manifests, ImmutableArray<Problem> Problems);

    private sealed record ValidManifest(string Kind, string Name);
}
