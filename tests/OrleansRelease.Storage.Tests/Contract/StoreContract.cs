using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Storage.Tests.Contract;

/// <summary>What every store promises, whoever writes it and wherever it is.</summary>
public abstract partial class StoreContract : IAsyncLifetime
{
    private OpenStore? _store;

    internal OpenStore Store => _store ?? throw new InvalidOperationException("the store is not open yet");

    protected StorageOptions Options { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Options = await CreateAsync();
        await OrleansRelease.Storage.Store.MigrateAsync(Options, TimeProvider.System);
        _store = await OpenStore.StartAsync(Options);
    }

    public async Task DisposeAsync()
    {
        if (_store is not null) await _store.DisposeAsync();
        await DestroyAsync();
    }

    /// <summary>A new, empty place.</summary>
    protected abstract Task<StorageOptions> CreateAsync();

    protected abstract Task DestroyAsync();

    /// <summary>Behind the store's back.</summary>
    protected abstract Task ExecuteAsync(string sql);

    /// <summary>Somebody else holds the store so that nobody can write, until it is disposed.</summary>
    protected abstract Task<IAsyncDisposable> BlockAsync();

    internal GrainRow Row(string key, string kind = "rollout") => new(Store.Storage, key, kind);

    private Task<IReadOnlyList<LogEntry>> LogOf(string key, string kind = "rollout") =>
        Store.Log.ReadAsync(kind, key, 0, 1000, default);

    private async Task AssertClean() =>
        Assert.Empty((await OrleansRelease.Storage.Store.CheckAsync(Options, default)).Problems);
}
