using System.CommandLine;
using OrleansRelease.Core.Json;
using OrleansRelease.Testing;

namespace OrleansRelease.LoadTests.Grants;

/// <summary><c>grants</c>: how many leases and permits a second one environment can give.</summary>
internal static class GrantsCommand
{
    private static readonly Option<bool> Quick = new("--quick")
    {
        Description = "Shorter turns: under 30 seconds.",
    };

    private static readonly Option<bool> Json = new("--json")
    {
        Description = "End with one JSON object on standard output.",
    };

    public static Command Build()
    {
        var command = new Command(
            "grants",
            "Leases of slots and permits to move, granted per second in one environment, by one server on a PostgreSQL "
            + "server of its own.")
        { Quick, Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var root = Directory.CreateTempSubdirectory("orel-load-").FullName;
            await using var postgres = await PrivatePostgres.StartAsync(durable: true);
            var measured = await GrantsRun.RunAsync(
                root, await postgres.CreateDatabaseAsync(),
                TimeSpan.FromSeconds(parsed.GetValue(Quick) ? 3 : 10), Console.Error, cancellation);
            Directory.Delete(root, recursive: true);
            var json = parsed.GetValue(Json);
            (json ? Console.Error : Console.Out).WriteLine(measured.Table());
            if (json) Console.WriteLine(Vocabulary.Write(measured));
            return measured.IsAllSo ? 0 : 1;
        });
        return command;
    }
}
