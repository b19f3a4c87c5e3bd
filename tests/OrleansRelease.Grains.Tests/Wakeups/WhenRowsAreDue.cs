using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using OrleansRelease.Grains.Tests.Durability;
using OrleansRelease.Grains.Tests.Harness;
using OrleansRelease.Grains.Wakeups;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Storage;

namespace OrleansRelease.Grains.Tests.Wakeups;

/// <summary>Nobody calls these rows and no timer knows them: only the keeper can find that they are due.</summary>
[Collection(ServersCollection.Name)]
public sealed class WhenRowsAreDue(Stores stores)
{
    private const string Hanging = "hangs";

    [Fact]
    public async Task One_that_hangs_delays_only_itself()
    {
        await using var server = await TestServer.StartAsync(await stores.NewAsync(), new World(), more: services =>
        {
            services.AddSingleton(new WakeOptions
            {
                Interval = TimeSpan.FromMilliseconds(200),
                RowTimeout = TimeSpan.FromMilliseconds(500),
                // One after the other, and the one that hangs is the first.
                ParallelRows = 1,
            });
            HangingRows.Wrap(services);
        });
        var neighbour = NeighbourOf(Hanging);
        var due = server.Get<IStoreClock>().Now.AddMinutes(-1);

        await PlantAsync(server, Hanging, due.AddMinutes(-1));
        await PlantAsync(server, neighbour, due);

        // It cannot be read, and having been woken it says so.
        await Eventually.IsAsync(
            "the neighbour was woken", () => server.Get<IRows>().GetAsync(NoteGrain.Name, neighbour, default),
            row => row?.Summary.Failures > 0);
    }

    [Fact]
    public async Task One_is_found_by_its_reminder_when_no_keeper_asks()
    {
        var store = await stores.NewAsync(StoreKind.PostgreSql);
        await using var server = await TestServer.StartAsync(store, new World(), more: services =>
        {
            services.UseAdoNetReminderService(reminders => reminders.Configure(table =>
                (table.Invariant, table.ConnectionString) = ("Npgsql", store.ConnectionString)));
            services.Configure<ReminderOptions>(
                reminders => reminders.MinimumReminderPeriod = TimeSpan.FromMilliseconds(100));
            services.AddSingleton(new WakeOptions
            {
                Interval = TimeSpan.FromHours(1),
                Change = TimeSpan.Zero,
                RemindEvery = TimeSpan.FromSeconds(1),
            });
        });

        // Long after the only pass of the keeper, which was at the start.
        await Eventually.IsAsync(
            "all shards are reminded", () => RemindersAsync(server), reminders => reminders == Shards.Count);
        await PlantAsync(server, "forgotten", server.Get<IStoreClock>().Now.AddMinutes(-1));

        await Eventually.IsAsync(
            "it was woken", () => server.Get<IRows>().GetAsync(NoteGrain.Name, "forgotten", default),
            row => row?.Summary.Failures > 0);
    }

    [Fact]
    public async Task One_is_looked_for_at_once_by_the_others_when_a_server_comes()
    {
        var store = await stores.NewAsync(StoreKind.PostgreSql);
        var never = new WakeOptions { Interval = TimeSpan.FromHours(1), Change = TimeSpan.Zero };
        await using var server = await TestServer.StartAsync(store, new World(), more: services =>
            services.AddSingleton(never));
        // Due after the passes of its own start, and before the other one comes.
        var clock = server.Get<IStoreClock>();
        var due = clock.Now.AddSeconds(1);
        await PlantAsync(server, "overdue", due);
        await Eventually.IsAsync("it is due", () => clock.Now > due);
        Assert.Equal(0, await FailuresAsync(server, "overdue"));

        await using var other = await TestServer.StartAsync(
            store, new World(), beside: server, more: services =>
            {
                services.AddSingleton(never);
                BlindIndex.Wrap(services);
            });

        await Eventually.IsAsync(
            "it was woken", () => FailuresAsync(server, "overdue"), failures => failures > 0);
    }

    [Fact]
    public async Task One_is_looked_for_more_often_for_a_while_after_a_start()
    {
        await using var server = await TestServer.StartAsync(await stores.NewAsync(), new World(), more: services =>
            services.AddSingleton(new WakeOptions { Interval = TimeSpan.FromHours(1) }));
        var due = server.Get<IStoreClock>().Now.AddMinutes(-1);

        // One after the other: at most one of them can be found by the pass at the start.
        foreach (var key in new[] { "first", "second" })
        {
            await PlantAsync(server, key, due);
            await Eventually.IsAsync(
                "it was woken", () => server.Get<IRows>().GetAsync(NoteGrain.Name, key, default),
                row => row?.Summary.Failures > 0);
        }
    }

    private static async Task<int> FailuresAsync(TestServer server, string key) =>
        (await server.Get<IRows>().GetAsync(NoteGrain.Name, key, default))!.Summary.Failures;

    private static async Task<int> RemindersAsync(TestServer server) =>
        (await server.Get<IReminderTable>().ReadRows(0, 0)).Reminders.Count;

    private static string NeighbourOf(string key) => Enumerable.Range(0, int.MaxValue)
        .Select(number => $"neighbour-{number}")
        .First(other => Shards.Of(NoteGrain.Name, other) == Shards.Of(NoteGrain.Name, key));

    private static Task PlantAsync(TestServer server, string key, DateTimeOffset due) => server.Rows.WriteStateAsync(
        NoteGrain.Name, GrainId.Create(NoteGrain.Name, key),
        new GrainState<RowRecord>(new RowRecord
        {
            Columns = new RowColumns(NoteGrain.Name, key, 1, due, "Written", null, null, null, null, due),
            Payload = """{"schema":1,"sequence":1,"outbox":"not a list"}""",
            Transition = """{"previous":""}""",
        }));

    /// <summary>The real index, which tells the keeper of its server nothing: what is found, others find.</summary>
    private sealed class BlindIndex(IWakeIndex inner) : IWakeIndex
    {
        public static void Wrap(IServiceCollection services)
        {
            var real = services.Last(s => s.ServiceType == typeof(IWakeIndex)).ImplementationType!;
            services.AddSingleton<IWakeIndex>(provider =>
                new BlindIndex((IWakeIndex)ActivatorUtilities.CreateInstance(provider, real)));
        }

        public Task<IReadOnlyList<int>> DueShardsAsync(DateTimeOffset now, CancellationToken cancellation) =>
            Task.FromResult<IReadOnlyList<int>>([]);

        public Task<IReadOnlyList<DueRow>> DueRowsAsync(
            int shard, DateTimeOffset now, int limit, CancellationToken cancellation) =>
            inner.DueRowsAsync(shard, now, limit, cancellation);

        public Task<RowFailure> RecordFailureAsync(
            string kind, string key, string error, DateTimeOffset now, CancellationToken cancellation) =>
            inner.RecordFailureAsync(kind, key, error, now, cancellation);

        public Task ClearFailuresAsync(string kind, string key, CancellationToken cancellation) =>
            inner.ClearFailuresAsync(kind, key, cancellation);
    }

    /// <summary>The real storage, which never answers about one row.</summary>
    private sealed class HangingRows(IGrainStorage inner) : IGrainStorage
    {
        public static void Wrap(IServiceCollection services)
        {
            var rows = services.Last(
                s => s.ServiceType == typeof(IGrainStorage) && Equals(s.ServiceKey, StorageNames.Rows));
            services.Remove(rows);
            services.AddKeyedSingleton<IGrainStorage>(StorageNames.Rows, (provider, key) =>
                new HangingRows((IGrainStorage)rows.KeyedImplementationFactory!(provider, key)));
        }

        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
            $"{grainId.Key}" == Hanging
                ? new TaskCompletionSource().Task
                : inner.ReadStateAsync(stateName, grainId, grainState);

        public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
            inner.WriteStateAsync(stateName, grainId, grainState);

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
            inner.ClearStateAsync(stateName, grainId, grainState);
    }
}
