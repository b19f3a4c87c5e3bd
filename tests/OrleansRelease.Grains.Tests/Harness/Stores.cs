using OrleansRelease.Storage;

namespace OrleansRelease.Grains.Tests.Harness;

public enum StoreKind
{
    Sqlite,
    PostgreSql,
}

/// <summary>
/// One PostgreSQL server for a collection of tests, started when it is first needed, and a new store for each test.
/// </summary>
public sealed class Stores : IAsyncLifetime
{
    private readonly List<string> _folders = [];
    private PrivatePostgres? _postgres;

    public async Task<StorageOptions> NewAsync(StoreKind kind = StoreKind.Sqlite)
    {
        if (kind == StoreKind.Sqlite)
        {
            var folder = Directory.CreateTempSubdirectory("orel-grains-").FullName;
            _folders.Add(folder);
            return StorageOptions.Embedded(folder);
        }

        _postgres ??= await PrivatePostgres.StartAsync();
        return StorageOptions.PostgreSql(await _postgres.CreateDatabaseAsync()) with { MigrateOnStart = true };
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_postgres is not null) await _postgres.DisposeAsync();
        foreach (var folder in _folders) Directory.Delete(folder, recursive: true);
    }
}

/// <summary>What promises a time has it measured when the other tests of this project are over.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone : ICollectionFixture<Stores>;

/// <summary>Servers of the tests of releases and slots; those of all others run beside them.</summary>
[CollectionDefinition(Name)]
public sealed class ReleasesCollection : ICollectionFixture<Stores>
{
    public const string Name = "releases";
}

/// <summary>Servers of the tests of inquiries and monitors, which look at services every minute.</summary>
[CollectionDefinition(Name)]
public sealed class WatchingCollection : ICollectionFixture<Stores>
{
    public const string Name = "watching";
}

[CollectionDefinition(Name)]
public sealed class ServersCollection : ICollectionFixture<Stores>
{
    public const string Name = "servers";
}
