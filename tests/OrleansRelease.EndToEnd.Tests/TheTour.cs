using System.Text.RegularExpressions;
using OrleansRelease.EndToEnd.Tests.Harness;

namespace OrleansRelease.EndToEnd.Tests;

/// <summary>
/// Every command that a reader is told to type, by the demo as its last words and by the tour, is typed here in one
/// demo that was kept. In <c>docs/tour.md</c> a block is marked <c>tour</c>, and <c>exit=N</c> if that is its end.
/// </summary>
public sealed partial class TheTour
{
    [Fact]
    public async Task Works_command_by_command()
    {
        await using var demo = HostProgram.Start("demo", "--keep", "--only", "bad");
        Assert.Equal(0, await demo.EndAsync());
        var folder = ProcessesOf.FolderOf(demo);
        Assert.NotEmpty(ProcessesOf.Folder(folder));
        var shell = new Shell(Path.Combine(folder, "server"));
        var lastWords = LastWords(demo.Out);
        var tour = Tour();
        // The last of the last words stops everything.
        var commands = lastWords[..^1].Concat(tour).Append(lastWords[^1]).ToList();
        Assert.True(lastWords.Count >= 8 && tour.Count >= 10, string.Join('\n', commands));

        foreach (var (command, expected) in commands)
        {
            var (exit, output) = await shell.RunAsync(command);
            Assert.True(exit == expected, $"{command}\nended with {exit}, not {expected}:\n{output}");
        }

        await ProcessesOf.NothingIsLeftAsync(folder);
    }

    private static List<(string Command, int Exit)> LastWords(string printed)
    {
        var lines = printed[printed.IndexOf("as commands that work now", StringComparison.Ordinal)..]
            .Split('\n').Skip(1).Select(line => line.Trim()).Where(line => line.Length > 0);
        return [.. lines.Select(line => (Run().Replace(line, "orel"), line.Contains("it fails") ? 1 : 0))];
    }

    private static List<(string Command, int Exit)> Tour()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "tour.md"));
        return
        [
            .. from block in Block().Matches(text)
               from line in block.Groups["lines"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries)
               select (line, block.Groups["exit"].Success ? int.Parse(block.Groups["exit"].Value) : 0),
        ];
    }

    [GeneratedRegex(@"^dotnet run --project \S+OrleansRelease\.Cli --")]
    private static partial Regex Run();

    [GeneratedRegex(
        @"^```tour(?: exit=(?<exit>\d+))?\n(?<lines>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
