using System.CommandLine;
using OrleansRelease.Core.Json;
using OrleansRelease.Host.Demo;

namespace OrleansRelease.LoadTests.Failures;

/// <summary><c>failures</c>: the shop fails for real wherever a simulation lets it fail.</summary>
internal static class FailuresCommand
{
    private static readonly Option<string?> Only = new("--only")
    {
        Description = "Only where this service fails, or SERVICE/STEP.",
        HelpName = "SERVICE[/STEP]",
    };

    private static readonly Option<bool> Json = new("--json")
    {
        Description = "End with one JSON object on standard output.",
    };

    public static Command Build()
    {
        var command = new Command(
            "failures",
            "A shop of four services, each a real process: after every step of every service in turn, that one fails. "
            + "Whether the same is taken back, in the same order, as simulated before, and how long that takes.")
        { Only, Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var folder = DemoFolder.Create();
            FailuresResult measured;
            try
            {
                await using var run = new FailuresRun(folder, Console.Error);
                measured = await run.RunAsync(parsed.GetValue(Only), cancellation);
            }
            finally
            {
                await Leftovers.RemoveAsync(folder);
            }

            var json = parsed.GetValue(Json);
            (json ? Console.Error : Console.Out).WriteLine(measured.Table());
            if (json) Console.WriteLine(Vocabulary.Write(measured));
            return measured.IsAllSo ? 0 : 1;
        });
        return command;
    }
}
