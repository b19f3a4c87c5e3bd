using Npgsql;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Units;
using OrleansRelease.EndToEnd.Tests.Checking;
using OrleansRelease.EndToEnd.Tests.Harness;

namespace OrleansRelease.EndToEnd.Tests;

/// <summary>A backup from the middle of a canary, read into another database after the canary has ended.</summary>
public sealed class WhenTheStoreIsRestored : IAsyncLifetime
{
    private static readonly Declared Shop = new("shop") { Hold = "60s" };

    private PrivatePostgres _postgres = null!;
    private string _connection = "";
    private string _restored = "";

    public async Task InitializeAsync()
    {
        _postgres = await PrivatePostgres.StartAsync();
        (_connection, _restored) = (await _postgres.CreateDatabaseAsync(), await _postgres.CreateDatabaseAsync());
        await using var migrate = HostProgram.Start("migrate", "--postgres", _connection);
        Assert.Equal(0, await migrate.EndAsync());
    }

    public async Task DisposeAsync() => await _postgres.DisposeAsync();

    [Fact]
    public async Task Everything_is_looked_at_before_anything_is_done_and_no_older_fence_is_applied()
    {
        await using var world = await World.StartAsync("--postgres", _connection);
        var shell = new Shell(world.Folder.Server);
        await world.EstablishAsync(Shop, "1.0.0");
        var canary = await world.BeginAsync(Shop, "2.0.0");
        await world.IsAsync(
            canary, "with its first users", view => view.State.Exposure.Confirmed == Weight.Percent(10));
        var backup = Path.Combine(world.Folder.Root, "backup.sql");
        await PostgresAsync(shell, "pg_dump", _connection, $"-f '{backup}'");
        await world.EndsAsync(canary, Phase.Succeeded);
        await world.Scene.KillServerAsync();
        await PostgresAsync(shell, "psql", _restored, $"-q -v ON_ERROR_STOP=1 -f '{backup}'");
        var before = Applied(world).Count;

        await using var server = HostProgram.Start(
            "run", "--data", world.Folder.Server, "--urls", "http://127.0.0.1:0", "--postgres", _restored);
        await server.PrintsAsync("listening on");
        Assert.Contains("its epoch is 2 now", server.Error, StringComparison.Ordinal);
        await world.IsAsync(
            canary, "known to be an old record", view => view.State.Restored is Restored.Differs);
        var (exit, said) = await shell.RunAsync("orel doctor");
        Assert.True(exit == 1, said);
        Assert.Contains($"{Shop.Slot}: requests go to 2.0.0 100 %", said, StringComparison.Ordinal);
        Assert.Contains("epoch 2, restored 1×", said, StringComparison.Ordinal);
        Assert.Equal(before, Applied(world).Count);

        Assert.Equal(0, (await shell.RunAsync($"orel rollout abort {canary} --reason 'the backup counts'")).Exit);
        await world.EndsAsync(canary, Phase.RolledBack);
        Assert.All(Applied(world).Skip(before), change => Assert.Equal(2, change.Number.Epoch));
        Assert.Empty(world.ProblemsOf(Shop));
        await Eventually.IsAsync("all is well", async () => (await shell.RunAsync("orel doctor")).Exit == 0);
    }

    private static IReadOnlyList<RouterEvent> Applied(World world) =>
        [.. RouterEvent.Read(world.Folder.RouterLog).Where(change => change.Event == "applied")];

    private static async Task PostgresAsync(Shell shell, string program, string connection, string arguments)
    {
        var to = new NpgsqlConnectionStringBuilder(connection);
        var (exit, output) = await shell.RunAsync(
            $"'{PrivatePostgres.Program(program)}' -h {to.Host} -p {to.Port} -U {to.Username} -d {to.Database} "
            + arguments);
        Assert.True(exit == 0, output);
    }
}
