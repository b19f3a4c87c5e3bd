using System.CommandLine;
using System.CommandLine.Parsing;
using OrleansRelease.Cli.Commands;
using OrleansRelease.Cli.Connection;

namespace OrleansRelease.Cli;

/// <summary>The whole command line.</summary>
internal static class Orel
{
    public static async Task<int> RunAsync(string[] args, Surroundings around, CancellationToken cancellation)
    {
        var parsed = Root(around).Parse(args);
        var streams = new InvocationConfiguration
        {
            Output = around.Out,
            Error = around.Error,
            EnableDefaultExceptionHandler = false,
        };
        if (parsed.Errors.Count == 0) return await InvokeAsync(parsed, streams, cancellation);
        foreach (var error in parsed.Errors) await around.Error.WriteLineAsync(error.Message);
        await around.Error.WriteLineAsync($"see: {PathOf(parsed)} --help");
        return ExitCode.Usage;
    }

    private static async Task<int> InvokeAsync(
        ParseResult parsed, InvocationConfiguration streams, CancellationToken cancellation)
    {
        try
        {
            return await parsed.InvokeAsync(streams, cancellation);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
    }

    public static RootCommand Root(Surroundings around)
    {
        var globals = new GlobalOptions();
        var open = new SessionOpener(globals, around);
        var root = new RootCommand(
            """
            Releases services step by step, judged by evidence, with a way back that is known before the start.

            The server is found by --server or OREL_SERVER with OREL_TOKEN, else by the data folder of a server that
            runs on this machine: $OREL_DATA, or .orel here.

            Exit status: 0 good, 1 refused or failed, 2 wrong usage, 3 the server cannot be reached, 4 it is not known
            whether the command was carried out, 5 too little evidence for a verdict, 130 interrupted.
            """);
        globals.AddTo(root);
        root.Subcommands.Add(ValidateCommand.Create(globals, around));
        root.Subcommands.Add(AnalysisCommand.Create(globals, around));
        root.Subcommands.Add(ApplyCommand.Create(open));
        root.Subcommands.Add(GetCommand.Create(open));
        root.Subcommands.Add(WhereCommand.Create(open));
        root.Subcommands.Add(ExplainCommand.Create(open));
        root.Subcommands.Add(PlanCommand.Create(open));
        root.Subcommands.Add(SimulateCommand.Create(open));
        root.Subcommands.Add(RolloutCommand.Create(open));
        root.Subcommands.Add(ReleaseCommand.Create(open));
        root.Subcommands.Add(AdoptCommand.Create(open));
        root.Subcommands.Add(FreezeCommand.Freeze(open));
        root.Subcommands.Add(FreezeCommand.Thaw(open));
        root.Subcommands.Add(SlotCommand.Create(open));
        root.Subcommands.Add(EnvironmentCommand.Create(open));
        root.Subcommands.Add(DoctorCommand.Create(open));
        return root;
    }

    private static string PathOf(ParseResult parsed)
    {
        var names = new List<string>();
        for (var result = parsed.CommandResult; result is not null; result = result.Parent as CommandResult)
            names.Insert(0, result.Command is RootCommand ? "orel" : result.Command.Name);
        return string.Join(' ', names);
    }
}
