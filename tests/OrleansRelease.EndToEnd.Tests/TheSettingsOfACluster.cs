using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Configuration;
using OrleansRelease.Host.Running;
using OrleansRelease.Storage;

namespace OrleansRelease.EndToEnd.Tests;

/// <summary>
/// What servers really run with, as docs/operating.md has it: built like any others, and not started.
/// </summary>
public sealed class TheSettingsOfACluster : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orel-settings-").FullName;
    private PrivatePostgres _postgres = null!;
    private string _connection = "";

    public async Task InitializeAsync()
    {
        _postgres = await PrivatePostgres.StartAsync();
        _connection = await _postgres.CreateDatabaseAsync();
        await Store.MigrateAsync(StorageOptions.PostgreSql(_connection), TimeProvider.System);
    }

    public async Task DisposeAsync()
    {
        await _postgres.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Give_up_the_dead_in_seconds_and_wait_for_nothing_longer_than_for_them()
    {
        await using var silo = Server.Build(Of(Role.Silo));
        await using var gateway = Server.Build(Of(Role.Gateway));

        var members = Options<ClusterMembershipOptions>(silo.Services);
        Assert.Equal(
            (2, 2, 3, 2, 10),
            (members.ProbeTimeout.TotalSeconds, members.MaxProbeTimeout.TotalSeconds, members.NumMissedProbesLimit,
                members.NumVotesForDeathDeclaration, members.TableRefreshTimeout.TotalSeconds));
        var calls = Options<SiloMessagingOptions>(silo.Services);
        Assert.Equal(
            (5, 1_000, 1_000),
            (calls.ResponseTimeout.TotalSeconds, calls.MaxEnqueuedRequestsHardLimit,
                calls.MaxEnqueuedRequestsHardLimit_StatelessWorker));
        Assert.Equal(5, Options<ClientMessagingOptions>(gateway.Services).ResponseTimeout.TotalSeconds);
        Assert.All(
            (string?[])
            [
                Options<AdoNetClusteringSiloOptions>(silo.Services).ConnectionString,
                Options<AdoNetReminderTableOptions>(silo.Services).ConnectionString,
                Options<AdoNetClusteringClientOptions>(gateway.Services).ConnectionString,
            ],
            connection => Assert.Equal(3, new NpgsqlConnectionStringBuilder(connection).CommandTimeout));
    }

    private RunOptions Of(Role role) => new()
    {
        DataFolder = Directory.CreateDirectory(Path.Combine(_folder, $"{role}")).FullName,
        Postgres = _connection,
        Role = role,
        Urls = ["http://127.0.0.1:0"],
    };

    private static T Options<T>(IServiceProvider services)
        where T : class => services.GetRequiredService<IOptions<T>>().Value;
}
