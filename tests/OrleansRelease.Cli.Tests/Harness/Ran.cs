namespace OrleansRelease.Cli.Tests.Harness;

/// <summary>What came of one command line.</summary>
internal sealed record Ran(int Exit, string Out, string Error)
{
    public static Task<Ran> OrelAsync(ScriptedServer server, params string[] args) =>
        OrelInAsync(new() { ["OREL_SERVER"] = server.Url, ["OREL_TOKEN"] = "token-1" }, "", ".", args);

    public static async Task<Ran> OrelInAsync(
        Dictionary<string, string> variables, string input, string folder, params string[] args)
    {
        await using var output = new StringWriter { NewLine = "\n" };
        await using var error = new StringWriter { NewLine = "\n" };
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var around = new Surroundings(
            new StringReader(input), output, error, variables.GetValueOrDefault, Path.GetFullPath(folder),
            TimeProvider.System, Surroundings.DefaultWidth, IsInteractive: false);
        var exit = await Orel.RunAsync(args, around, patience.Token);
        return new(exit, output.ToString(), error.ToString());
    }
}
