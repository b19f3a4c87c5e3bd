using System.CommandLine;
using OrleansRelease.Core.Json;
using OrleansRelease.Testing;

namespace OrleansRelease.LoadTests.Failover;

/// <summary><c>failover</c>: how long rollouts stand still when servers die, restart or come back alone.</summary>
internal static class FailoverCommand
{
    private static readonly Option<bool> Quick = new("--quick")
    {
        Description = "A tenth of the rollouts, and shorter: under five minutes.",
    };

    private static readonly Option<bool> Json = new("--json")
    {
        Description = "End with one JSON object on standard output.",
    };

    public static Command Build()
    {
        var command = new Command(
            "failover",
            "5,000 rollouts moving on three servers and a PostgreSQL server of their own: one server is killed, all "
            + "restart in turn, all stop and one takes 10,000 rollouts over. How late decisions are then.")
        { Quick, Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var root = Directory.CreateTempSubdirectory("orel-load-").FullName;
            await using var postgres = await PrivatePostgres.StartAsync(durable: true);
            FailoverResult measured;
            await using (var run = new FailoverRun(
                root, await postgres.CreateDatabaseAsync(), Scale.Of(parsed.GetValue(Quick)), Console.Error))
            {
                measured = await run.RunAsync(cancellation);
            }

            Directory.Delete(root, recursive: true);
            var json = parsed.GetValue(Json);
            (json ? Console.Error : Console.Out).WriteLine(measured.Table());
            if (json) Console.WriteLine(Vocabulary.Write(measured));
            return measured.IsAllSo ? 0 : 1;
        });
        return command;
    }
}
