using System.CommandLine;
using OrleansRelease.Core.Manifests;

namespace OrleansRelease.Cli.Commands;

/// <summary><c>orel validate</c></summary>
internal static class ValidateCommand
{
    public static Command Create(Surroundings around)
    {
        var command = new Command("validate",
            """
            Reads manifests and tells everything that is wrong with them, without any server. What only the catalogue
            knows is told by apply --dry-run.

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

            var read = files.Select(one => ManifestReader.Read(one.Yaml, one.Name)).ToList();
            foreach (var wrong in read.SelectMany(reading => reading.Problems))
                await around.Error.WriteLineAsync($"{wrong}");
            foreach (var good in read.SelectMany(reading => reading.Manifests))
                await around.Out.WriteLineAsync($"{good.Kind}/{good.Name} is right");
            return read.All(reading => reading.IsClean) ? ExitCode.Good : ExitCode.Refused;
        });
        return command;
    }
}
