using OrleansRelease.Core.Identity;
using OrleansRelease.Ports.Storage;
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

    /// <summary>A row that was written with this payload, whatever that is, and has something due in an hour.</summary>
    internal Task PlantAsync(string kind, string key, string payload)
    {
        var now = Server.Get<IStoreClock>().Now;
        var parts = key.Split('.');
        return Server.Rows.WriteStateAsync(
            kind, GrainId.Create(kind, key),
            new GrainState<RowRecord>(new RowRecord
            {
                Columns = new RowColumns(
                    kind, key, 1, now, "Progressing", ServiceName.From(parts[0]), EnvironmentName.From(parts[1]),
                    VersionName.From("1.0.0"), null, now.AddHours(1)),
                Payload = payload,
                Transition = """{"previous":""}""",
            }));
    }

    /// <summary>Writes something over a row that is no JSON.</summary>
    internal async Task SpoilAsync(string kind, string key)
    {
        var (grain, row) = (GrainId.Create(kind, key), new GrainState<RowRecord>(new RowRecord()));
        await Server.Rows.ReadStateAsync(kind, grain, row);
        var columns = row.State?.Columns ?? throw new InvalidOperationException($"there is no {kind} {key}");
        row.State = new RowRecord
        {
            Columns = columns with { Sequence = columns.Sequence + 1 },
            Payload = "not JSON",
            Transition = """{"previous":""}""",
        };
        await Server.Rows.WriteStateAsync(kind, grain, row);
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();
}
