using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansRelease.Storage.Clock;
using OrleansRelease.Storage.Databases;
using OrleansRelease.Storage.Exchanges;
using OrleansRelease.Storage.Formats;

namespace OrleansRelease.Storage.Tests;

public sealed class WhenTimePasses : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orel-clock-").FullName;
    private readonly Machine _machine = new();
    private OpenStore _store = null!;

    public async Task InitializeAsync() => _store = await OpenStore.StartAsync(StorageOptions.Embedded(_folder));

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void It_starts_at_the_time_of_the_store()
    {
        var before = TimeProvider.System.GetUtcNow();
        var now = Clock().Now;
        Assert.InRange(now, before.AddSeconds(-1), TimeProvider.System.GetUtcNow().AddSeconds(1));
        Assert.Equal(1, Clock().Epoch);
    }

    [Fact]
    public async Task It_does_not_start_before_what_is_stored()
    {
        // As after a restart on a machine whose clock was set back.
        var stored = TimeProvider.System.GetUtcNow().AddHours(3);
        await new GrainRow(_store.Storage, "ahead").WriteAsync(at: stored);

        var clock = Clock();
        Assert.Equal(stored, clock.Now, TimeSpan.FromMilliseconds(1));

        // It goes on with the machine's clock, by which sources count, once that is there again.
        _machine.Pass(TimeSpan.FromHours(2));
        Assert.Equal(stored, clock.Now, TimeSpan.FromMilliseconds(1));
        _machine.Pass(TimeSpan.FromHours(2));
        Assert.InRange(clock.Now, stored.AddMinutes(59), stored.AddMinutes(61));
    }

    [Fact]
    public async Task After_a_sleep_of_the_machine_it_is_where_the_clock_of_the_machine_is()
    {
        // The time that a machine sleeps does not pass for it: here it goes on and none passes.
        var clock = Clock();
        await Eventually.IsAsync(
            "a second has passed", () => TimeProvider.System.GetUtcNow() - clock.Now > TimeSpan.FromSeconds(1));

        using var exchange = Exchange(clock);
        await exchange.StartAsync(default);
        await Eventually.IsAsync("it is asked", () =>
        {
            _machine.Fire();
            return TimeProvider.System.GetUtcNow() - clock.Now < TimeSpan.FromMilliseconds(500);
        });
        await exchange.StopAsync(default);
    }

    [Fact]
    public void It_goes_on_by_what_has_passed_and_not_by_the_wall_clock()
    {
        var clock = Clock();
        var start = clock.Now;
        _machine.Pass(TimeSpan.FromMinutes(3));
        _machine.Wall = DateTimeOffset.UnixEpoch;
        Assert.Equal(start.AddMinutes(3), clock.Now);

        _machine.Wall = new DateTimeOffset(2040, 1, 1, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal(start.AddMinutes(3), clock.Now);
    }

    [Fact]
    public async Task An_exchange_that_says_it_is_earlier_does_not_turn_it_back()
    {
        var clock = Clock();
        _machine.Pass(TimeSpan.FromHours(1));
        var ahead = clock.Now;
        using var exchange = Exchange(clock);
        await exchange.ExchangeAsync(default);
        Assert.Equal(ahead, clock.Now);

        // It stands still until the store is there too.
        _machine.Pass(TimeSpan.FromMinutes(30));
        Assert.Equal(ahead, clock.Now);
        _machine.Pass(TimeSpan.FromMinutes(31));
        Assert.True(clock.Now > ahead);
    }

    [Fact]
    public async Task Without_an_answer_it_goes_on()
    {
        var database = new PostgreSql("Host=127.0.0.1;Port=1;Username=nobody;Database=nowhere", TimeProvider.System);
        using (database)
        {
            var clock = Clock();
            var start = clock.Now;
            using var exchange = Exchange(clock, database);
            await exchange.ExchangeAsync(default);
            _machine.Pass(TimeSpan.FromSeconds(5));
            Assert.Equal(start.AddSeconds(5), clock.Now);
        }
    }

    private StoreClock Clock() => new(_store.Get<Database>(), _machine, NullLogger<StoreClock>.Instance);

    private StoreExchange Exchange(StoreClock clock, Database? database = null) => new(
        database ?? _store.Get<Database>(), clock, _store.Get<StoreFormat>(), new Life(), _machine,
        NullLogger<StoreExchange>.Instance);

    /// <summary>A machine whose wall clock and whose passing of time are two things.</summary>
    private sealed class Machine : TimeProvider
    {
        private readonly ConcurrentBag<Action> _timers = [];
        private long _passed;

        public DateTimeOffset Wall { get; set; } = new(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Pass(TimeSpan time) => _passed += time.Ticks;

        /// <summary>Whoever waits for some time hears that it is over, without any having passed.</summary>
        public void Fire()
        {
            foreach (var fire in _timers) fire();
        }

        public override ITimer CreateTimer(
            TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _timers.Add(() => callback(state));
            return new Ticking();
        }

        public override long GetTimestamp() => _passed;

        public override DateTimeOffset GetUtcNow() => Wall;

        private sealed class Ticking : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => default;
        }
    }
}
