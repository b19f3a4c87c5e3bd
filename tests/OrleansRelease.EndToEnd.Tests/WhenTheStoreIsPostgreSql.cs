using Npgsql;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.EndToEnd.Tests.Harness;

namespace OrleansRelease.EndToEnd.Tests;

public sealed class WhenTheStoreIsPostgreSql : IDisposable
{
    private const string Nobody = "Host=127.0.0.1;Port=1;Database=orel;Username=orel;Password=hunter2";

    private const string NoConnection = "one looks like 'Host=";

    private static readonly Declared Shop = new("shop") { Hold = "60s" };

    private readonly string _folder = Directory.CreateTempSubdirectory("orel-postgres-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_kill_in_a_canary_loses_nothing_that_was_acknowledged()
    {
        await using var postgres = await PrivatePostgres.StartAsync(durable: true);
        var connection = await postgres.CreateDatabaseAsync();
        Assert.Contains("applied ", await OutOfAsync(0, "migrate", connection), StringComparison.Ordinal);
        await using (var world = await World.StartAsync("--postgres", connection))
        {
            await world.EstablishAsync(Shop, "1.0.0");
            var rollout = await world.BeginAsync(Shop, "2.0.0");
            var before = await world.IsAsync(rollout, "with its first users",
                view => view.State.Exposure.Confirmed == Core.Units.Weight.Percent(10));
            await world.Scene.KillServerAsync();
            await world.Scene.RestartServerAsync(CancellationToken.None);

            var after = await world.Api.GetAsync(rollout, CancellationToken.None);
            Assert.True(after.Sequence >= before.Sequence, $"{after.Sequence} is before {before.Sequence}");
            await world.EndsAsync(rollout, Phase.Succeeded);
            Assert.Empty(world.ProblemsOf(Shop));
            Assert.Empty(Directory.GetFiles(world.Folder.Server, "*.db"));
        }

        Assert.Matches(
            @"[1-9]\d* transitions of [1-9]\d* rows checked, 0 problems", await OutOfAsync(0, "check", connection));
        await ForgetADecisionAsync(connection);
        Assert.Contains(", 1 problems", await OutOfAsync(1, "check", connection), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_was_not_migrated_is_refused_until_it_is()
    {
        await using var postgres = await PrivatePostgres.StartAsync();
        var connection = await postgres.CreateDatabaseAsync();
        foreach (var verb in (string[])["run", "check"])
            AssertSaid("run migrate first", await ErrorOfAsync(verb, connection));

        Assert.Contains("applied ", await OutOfAsync(0, "migrate", connection), StringComparison.Ordinal);
        Assert.Contains("up to date", await OutOfAsync(0, "migrate", connection), StringComparison.Ordinal);
        await using var server = HostProgram.Start(
            "run", "--data", _folder, "--urls", "http://127.0.0.1:0", "--postgres", connection);
        await server.PrintsAsync("listening on");
    }

    [Fact]
    public async Task A_database_that_does_not_exist_is_named()
    {
        await using var postgres = await PrivatePostgres.StartAsync();
        var there = new NpgsqlConnectionStringBuilder(await postgres.CreateDatabaseAsync());
        there.Database = "nowhere";
        foreach (var verb in (string[])["run", "migrate", "check"])
            AssertSaid("\"nowhere\" does not exist", await ErrorOfAsync(verb, there.ConnectionString));
    }

    [Theory]
    [InlineData("run", Nobody, "check that the server runs")]
    [InlineData("migrate", Nobody, "check that the server runs")]
    [InlineData("check", Nobody, "check that the server runs")]
    [InlineData("run", "hunter2", NoConnection)]
    [InlineData("migrate", "Database=orel;Password=a;hunter2=b", NoConnection)]
    [InlineData("check", "Host=db;Port=hunter2", NoConnection)]
    [InlineData("run", "Database=orel;Password=hunter2", NoConnection)]
    [InlineData("run", "env:OREL_NOT_SET", "OREL_NOT_SET of --postgres is not set")]
    public async Task A_connection_that_is_none_is_told_in_one_line_without_its_password(
        string verb, string connection, string hint) => AssertSaid(hint, await ErrorOfAsync(verb, connection));

    private static void AssertSaid(string hint, string error)
    {
        Assert.Contains(hint, error, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error, StringComparison.Ordinal);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static async Task ForgetADecisionAsync(string connection)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var forget = source.CreateCommand(
            "DELETE FROM log WHERE kind = 'rollout' AND key = 'shop.shop-env.2' AND seq = 3");
        Assert.Equal(1, await forget.ExecuteNonQueryAsync());
    }

    private async Task<string> ErrorOfAsync(string verb, string connection)
    {
        await using var program = HostProgram.Start(verb, "--data", _folder, "--postgres", connection);
        Assert.Equal(2, await program.EndAsync());
        return program.Error;
    }

    private async Task<string> OutOfAsync(int exit, string verb, string connection)
    {
        await using var program = HostProgram.Start(verb, "--data", _folder, "--postgres", connection);
        var ended = await program.EndAsync();
        Assert.True(ended == exit, $"{verb}: {ended}\n{program.Out}\n{program.Error}");
        return program.Out;
    }
}
