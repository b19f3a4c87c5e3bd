using System.CommandLine;
using OrleansRelease.Cli.Tests.Harness;

namespace OrleansRelease.Cli.Tests.Commands;

public sealed class TheReference
{
    private static readonly Surroundings Around = new(
        TextReader.Null, TextWriter.Null, TextWriter.Null, _ => null, ".", TimeProvider.System, 112, false);

    [Fact]
    public void Names_every_command()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "reference", "cli.md"));
        Assert.All(Leaves(Orel.Root(Around), "orel"), command =>
            Assert.Contains($"`{command.Path} ", text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_command_has_help_with_examples()
    {
        foreach (var (path, command) in Leaves(Orel.Root(Around), "orel"))
        {
            Assert.Contains("orel", command.Description, StringComparison.Ordinal);
            Assert.Contains("Example", command.Description, StringComparison.Ordinal);
            var ran = await Ran.OrelInAsync([], "", ".", [.. path.Split(' ')[1..], "--help"]);
            Assert.Equal(0, ran.Exit);
            Assert.Contains("Example", ran.Out, StringComparison.Ordinal);
        }
    }

    private static IEnumerable<(string Path, Command Command)> Leaves(Command command, string path) =>
        command.Subcommands.Count == 0
            ? [(path, command)]
            : command.Subcommands.SelectMany(sub => Leaves(sub, $"{path} {sub.Name}"));
}
