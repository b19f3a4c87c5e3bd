using System.CommandLine;
using OrleansRelease.Core.Json;
using OrleansRelease.Testing;

namespace OrleansRelease.LoadTests.Releases;

/// <summary><c>releases</c>: whether a crowd of releases that want the same slots all get them, and how soon.</summary>
internal static class CrowdCommand
{
    private const int All = 500;

    private const int Few = 60;

    private static readonly Option<bool> Quick = new("--quick")
    {
        Description = $"{Few} releases instead of {All}.",
    };

    private static readonly Option<bool> Json = new("--json")
    {
        Description = "End with one JSON object on standard output.",
    };

    public static Command Build()
    {
        var command = new Command(
            "releases",
            $"{All} releases with overlapping slots and mixed priorities at once, on three servers and a PostgreSQL "
            + "server of their own: whether all get through, who waited how long, and for whom.")
        { Quick, Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var root = Directory.CreateTempSubdirectory("orel-load-").FullName;
            await using var postgres = await PrivatePostgres.StartAsync(durable: true);
            CrowdResult measured;
            await using (var run = new CrowdRun(
                root, await postgres.CreateDatabaseAsync(), parsed.GetValue(Quick) ? Few : All, Console.Error))
            {
                measured = await run.RunAsync(cancellation);
            }

            // What the servers logged tells why it was missed.
            if (measured.IsAllSo) Directory.Delete(root, recursive: true);
            var json = parsed.GetValue(Json);
            (json ? Console.Error : Console.Out).WriteLine(measured.Table());
            if (json) Console.WriteLine(Vocabulary.Write(measured));
            return measured.IsAllSo ? 0 : 1;
        });
        return command;
    }
}
