using OrleansRelease.Storage;

namespace OrleansRelease.Grains.Tests.Harness;

/// <summary>One server for the tests of a class; each test has slots of its own.</summary>
public sealed class OneServer(Stores stores) : IAsyncLifetime
{
    internal World World { get; } = new();

    internal TestServer Server { get; private set; } = null!;

    internal StorageOptions Store { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Store = await stores.NewAsync();
        Server = await TestServer.StartAsync(Store, World);
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();
}
