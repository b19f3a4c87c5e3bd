using System.Diagnostics;
using System.Globalization;
using OrleansRelease.Core.Durability;

namespace OrleansRelease.Storage.Tests;

[Collection(PostgresCollection.Name)]
public sealed class WhenTheProcessIsKilled(SharedPostgres postgres) : IDisposable
{
    private const int Rounds = 5;

    private readonly string _folder = Directory.CreateTempSubdirectory("orel-kill-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(StorageWriter.GroupCommit)]
    [InlineData(StorageWriter.AdoNet)]
    public Task Every_acknowledged_write_is_in_the_embedded_store(StorageWriter writer) => KillAgainAndAgainAsync(
        StorageOptions.Embedded(_folder) with { Writer = writer }, "embedded", _folder, writer.ToString());

    [Fact]
    public async Task Every_acknowledged_write_is_in_the_database()
    {
        var connection = await postgres.Server.CreateDatabaseAsync();
        var options = StorageOptions.PostgreSql(connection);
        await Store.MigrateAsync(options, TimeProvider.System);
        await KillAgainAndAgainAsync(options, "postgres", connection);
    }

    private static async Task KillAgainAndAgainAsync(StorageOptions options, params string[] arguments)
    {
        var random = new Random(20261124);
        var acknowledged = new Dictionary<(string Key, long Sequence), string>();
        for (var round = 0; round < Rounds; round++)
        {
            var lines = await RunAndKillAsync(random.Next(1, 300), arguments);
            foreach (var line in lines)
            {
                var parts = line.Split(' ');
                acknowledged.Add((parts[0], long.Parse(parts[1], CultureInfo.InvariantCulture)), parts[2]);
            }

            await VerifyAsync(options, acknowledged);
        }
    }

    /// <summary>Lets it write until it has acknowledged so many writes, and kills it without a word.</summary>
    private static async Task<List<string>> RunAndKillAsync(int writes, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(typeof(WhenTheProcessIsKilled).Assembly.Location);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var victim = Process.Start(start)!;
        var errors = victim.StandardError.ReadToEndAsync();
        var lines = new List<string>();
        while (lines.Count < writes && await victim.StandardOutput.ReadLineAsync() is { } line) lines.Add(line);
        Assert.True(lines.Count == writes, lines.Count < writes ? $"it ended by itself: {await errors}" : "");

        victim.Kill();
        await victim.WaitForExitAsync();

        // What it said before it died counts; a last line without its end does not.
        var rest = await victim.StandardOutput.ReadToEndAsync();
        lines.AddRange(rest.Split('\n')[..^1]);
        return lines;
    }

    private static async Task VerifyAsync(
        StorageOptions options, Dictionary<(string Key, long Sequence), string> acknowledged)
    {
        // The dead process no longer holds the folder, or this would be refused.
        await using var store = await OpenStore.StartAsync(options);
        foreach (var grain in acknowledged.GroupBy(entry => entry.Key.Key))
        {
            var newest = grain.Max(entry => entry.Key.Sequence);
            var row = await new GrainRow(store.Storage, grain.Key).ReadAsync();
            Assert.True(row.Sequence >= newest, $"{row}, but {newest} was acknowledged");
            foreach (var ((key, sequence), head) in grain)
            {
                var entry = Assert.Single(await store.Log.ReadAsync("rollout", key, sequence - 1, 1, default));
                Assert.Equal((sequence, head), (entry.Sequence, TransitionHash.Of(entry.Transition)));
            }
        }

        Assert.Empty((await Store.CheckAsync(options, default)).Problems);
    }
}
