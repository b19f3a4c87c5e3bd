using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Storage;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Grains.Freezes;
using OrleansRelease.Grains.Tests.Harness;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Storage;

namespace OrleansRelease.Grains.Tests.Freezes;

[Collection(ServersCollection.Name)]
public sealed class WhenARolloutHangs(Stores stores)
{
    [Fact]
    public async Task The_others_are_told_of_a_thaw_and_it_is_named()
    {
        var (rows, said) = (new HangingRows(), new Said());
        await using var server = await TestServer.StartAsync(await stores.NewAsync(), new World(), more: rows.Wrap);
        var rollouts = new Harness.Rollouts(server) { Pause = TimeSpan.FromHours(1) };
        var hanging = await rollouts.StartAsync(SlotKey.From("hanging.lab"), "1.0.0");
        await Eventually.IsAsync(
            "it rests", () => rollouts.ViewAsync(hanging), view => view?.State.Work is Work.Resting);
        rows.Hang(hanging);
        var paused = rollouts.Grain(hanging).PauseAsync(rollouts.Command(), dryRun: false, default);
        await rows.Reached.WaitAsync(Eventually.Patience);

        var announcement = new Announcement(server.Get<IRows>(), server.Grains, new Hasty(), said);
        var told = await announcement.MakeAsync(hanging.Slot.Environment, default).WaitAsync(Eventually.Patience);

        Assert.IsType<Outcome.Applied>(told);
        Assert.StartsWith($"{hanging} could not be told", Assert.Single(said.Lines), StringComparison.Ordinal);
        rows.GoOn();
        Assert.Null((await paused).RefusalOrNull);
    }

    /// <summary>The real storage, but the writes of one rollout do not end.</summary>
    private sealed class HangingRows : IGrainStorage
    {
        private readonly TaskCompletionSource _reached = new();
        private readonly TaskCompletionSource _going = new();
        private IGrainStorage _inner = null!;
        private string? _key;

        public Task Reached => _reached.Task;

        public void Hang(RolloutId rollout) => _key = $"{rollout}";

        public void GoOn() => _going.SetResult();

        public void Wrap(IServiceCollection services)
        {
            var real = services.Last(service =>
                service.ServiceType == typeof(IGrainStorage) && Equals(service.ServiceKey, StorageNames.Rows));
            services.Remove(real);
            services.AddKeyedSingleton<IGrainStorage>(StorageNames.Rows, (provider, key) =>
            {
                _inner = (IGrainStorage)real.KeyedImplementationFactory!(provider, key);
                return this;
            });
        }

        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
            _inner.ReadStateAsync(stateName, grainId, grainState);

        public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            if (grainId.Key.ToString() == _key)
            {
                _reached.TrySetResult();
                await _going.Task;
            }

            await _inner.WriteStateAsync(stateName, grainId, grainState);
        }

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
            _inner.ClearStateAsync(stateName, grainId, grainState);
    }

    /// <summary>Nobody wants to wait for seconds: they pass twenty times as fast.</summary>
    private sealed class Hasty : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime / 20, period);
    }

    private sealed class Said : ILogger<Announcement>
    {
        private readonly Lock _lock = new();
        private readonly List<string> _lines = [];

        public IReadOnlyList<string> Lines
        {
            get
            {
                lock (_lock) return [.. _lines];
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            lock (_lock) _lines.Add(formatter(state, exception));
        }
    }
}
