using System.CommandLine;
using OrleansRelease.Core.Json;
using OrleansRelease.Testing;

namespace OrleansRelease.LoadTests.Kills;

/// <summary><c>kills</c>: what becomes of releases when servers are killed in the middle of them.</summary>
internal static class KillsCommand
{
    private static readonly Option<int> Rounds = new("--rounds")
    {
        Description = "How many releases are struck; 50 when not said.",
        DefaultValueFactory = _ => 50,
    };

    private static readonly Option<int> Seed = new("--seed")
    {
        Description = "Who is killed, and when, is drawn from it; 1 when not said.",
        DefaultValueFactory = _ => 1,
    };

    private static readonly Option<bool> Json = new("--json")
    {
        Description = "End with one JSON object on standard output.",
    };

    public static Command Build()
    {
        var command = new Command(
            "kills",
            "Releases of 20 services on three servers and a PostgreSQL server of their own, one after the other; every "
            + "second one fails in its last service. In each one server is killed with SIGKILL at a random moment. "
            + "What targets and routers noted is looked at from outside.")
        { Rounds, Seed, Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var root = Directory.CreateTempSubdirectory("orel-load-").FullName;
            await using var postgres = await PrivatePostgres.StartAsync(durable: true);
            KillsResult measured;
            await using (var run = await KillsRun.StartAsync(
                root, await postgres.CreateDatabaseAsync(), parsed.GetValue(Seed), Console.Error, cancellation))
            {
                measured = await run.RunAsync(parsed.GetValue(Rounds), cancellation);
            }

            // What the servers logged tells why it was missed.
            if (measured.IsAllSo) Directory.Delete(root, recursive: true);
            else Console.Error.WriteLine($"what the servers logged is in {root}");
            var json = parsed.GetValue(Json);
            (json ? Console.Error : Console.Out).WriteLine(measured.Table());
            if (json) Console.WriteLine(Vocabulary.Write(measured));
            return measured.IsAllSo ? 0 : 1;
        });
        return command;
    }
}
