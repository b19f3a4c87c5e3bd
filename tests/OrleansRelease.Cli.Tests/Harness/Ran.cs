namespace OrleansRelease.Cli.Tests.Harness;

/// <summary>What came of one command line.</summary>
internal sealed record Ran(int Exit, string Out, string Error)
{
    public static Task<Ran> OrelAsync(ScriptedServer server, params string[] args) =>
        OrelAsync(server.Url, TimeProvider.System, args);

    public static Task<Ran> OrelAsync(string url, TimeProvider time, params string[] args) =>
        OrelAsync(url, time, CancellationToken.None, args);

    public static Task<Ran> OrelAsync(
        string url, TimeProvider time, CancellationToken interrupt, params string[] args) =>
        OrelInAsync(new() { ["OREL_SERVER"] = url, ["OREL_TOKEN"] = "token-1" }, "", ".", time, args, interrupt);

    public static Task<Ran> OrelInAsync(
        Dictionary<string, string> variables, string input, string folder, params string[] args) =>
        OrelInAsync(variables, input, folder, TimeProvider.System, args, CancellationToken.None);

    private static async Task<Ran> OrelInAsync(
        Dictionary<string, string> variables, string input, string folder, TimeProvider time, string[] args,
        CancellationToken interrupt)
    {
        await using var output = new StringWriter { NewLine = "\n" };
        await using var error = new StringWriter { NewLine = "\n" };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(interrupt);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        var around = new Surroundings(
            new StringReader(input), output, error, variables.GetValueOrDefault, Path.GetFullPath(folder),
            time, Surroundings.DefaultWidth, IsInteractive: false);
        var exit = await Orel.RunAsync(args, around, patience.Token);
        return new(exit, output.ToString(), error.ToString());
    }
}
