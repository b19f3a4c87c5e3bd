using System.CommandLine;
using OrleansRelease.Core.Json;
using OrleansRelease.Testing;

namespace OrleansRelease.LoadTests.Limit;

/// <summary><c>limit</c>: how many transitions a second can be made durable.</summary>
internal static class LimitCommand
{
    private static readonly Option<bool> Quick = new("--quick")
    {
        Description = "Shorter rounds, fewer of them: under 50 seconds.",
    };

    private static readonly Option<bool> Json = new("--json")
    {
        Description = "End with one JSON object on standard output.",
    };

    public static Command Build()
    {
        var command = new Command(
            "limit",
            "Durable transitions per second of a ten-step canary's rows, by group commit and by Orleans' own provider, "
            + "against the same statement through pgbench, in turns on one PostgreSQL server of its own.")
        { Quick, Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var postgres = await PrivatePostgres.StartAsync(durable: true);
            var measured = await LimitRun.RunAsync(
                postgres, Rounds.Of(parsed.GetValue(Quick)), Console.Error, cancellation);
            var json = parsed.GetValue(Json);
            (json ? Console.Error : Console.Out).WriteLine(measured.Table());
            if (json) Console.WriteLine(Vocabulary.Write(measured));
            return measured.IsAllSo ? 0 : 1;
        });
        return command;
    }
}

/// <summary>How often each way of writing gets its turn, and for how long.</summary>
internal sealed record Rounds(int Count, TimeSpan Each)
{
    public static Rounds Of(bool quick) =>
        quick ? new(1, TimeSpan.FromSeconds(4)) : new(3, TimeSpan.FromSeconds(10));
}
