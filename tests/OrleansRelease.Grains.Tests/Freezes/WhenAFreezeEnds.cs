using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using OrleansRelease.Contracts.Freezes;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Grains.Tests.Harness;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Tests.Freezes;

[Collection(ServersCollection.Name)]
public sealed class WhenAFreezeEnds(Stores stores)
{
    /// <summary>Whom nobody tells looks by himself after four minutes only.</summary>
    private static readonly TimeSpan GoesOnWithin = TimeSpan.FromSeconds(60);

    private readonly AdvancedClock _clock = new();

    [Fact]
    public async Task A_rollout_that_looked_by_itself_just_before_goes_on_as_well()
    {
        await using var server = await TestServer.StartAsync(await stores.NewAsync(), new World(), more: _clock.Put);
        var rollouts = new Harness.Rollouts(server);
        var slot = Harness.Rollouts.SlotOf(1);
        await FreezeAsync(server, slot.Environment);
        var waiting = await rollouts.StartAsync(slot, "1.0.0");
        var first = await FrozenSinceAsync(rollouts, waiting, DateTimeOffset.MinValue);
        _clock.Advance(TimeSpan.FromMinutes(4));
        // By itself it looks again after as long as it has known of it.
        await FrozenSinceAsync(rollouts, waiting, first.AddMinutes(3));

        await ThawAsync(server, slot.Environment);

        var thawed = TimeProvider.System.GetTimestamp();
        await Eventually.IsAsync(
            "it goes on, or it is too late", () => rollouts.ViewAsync(waiting),
            view => view is { State.Work: not Work.Gated } || Since(thawed) > GoesOnWithin);
        Assert.InRange(Since(thawed), TimeSpan.Zero, GoesOnWithin);
    }

    [Fact]
    public async Task Nothing_else_waits_until_all_have_been_told_who_waited_for_it()
    {
        var rows = new HangingRows();
        await using var server = await TestServer.StartAsync(await stores.NewAsync(), new World(), more: rows.Wrap);
        var environments = Enumerable.Range(1, 20)
            .Select(n => EnvironmentName.From(string.Create(CultureInfo.InvariantCulture, $"frozen-{n}"))).ToList();
        await Task.WhenAll(environments.Select(environment => FreezeAsync(server, environment)));
        await Task.WhenAll(environments.Select(environment => ThawAsync(server, environment)));
        await Eventually.IsAsync("they are being told", () => rows.Hanging >= 12);

        var rollouts = new Harness.Rollouts(server);
        await rollouts.UntilAsync(
            await rollouts.StartAsync(Harness.Rollouts.SlotOf(1), "1.0.0"), Phase.Progressing, Phase.Verifying,
            Phase.Succeeded);
        Assert.False(rows.WasGivenUp, "it began only when some that were to be told were given up");
        rows.GoOn();
    }

    private static TimeSpan Since(long then) => TimeProvider.System.GetElapsedTime(then);

    private static Task<DateTimeOffset> FrozenSinceAsync(
        Harness.Rollouts rollouts, RolloutId rollout, DateTimeOffset after) => Eventually.IsAsync(
        $"it has seen after {after:T} that it is frozen",
        async () => (await rollouts.ViewAsync(rollout))?.State.Freeze is { Freeze: not null } fact ? fact.At : default,
        at => at > after);

    private static async Task FreezeAsync(TestServer server, EnvironmentName environment) =>
        (await server.Grains.GetGrain<IFreezeGrain>($"{environment}").FreezeAsync(
            TimeSpan.FromHours(1), Command("freeze"), dryRun: false, default)).Value();

    private static async Task ThawAsync(TestServer server, EnvironmentName environment) =>
        (await server.Grains.GetGrain<IFreezeGrain>($"{environment}").ThawAsync(
            Command("thaw"), dryRun: false, default)).Value();

    private static Core.Commands.Command Command(string what) =>
        new(CommandId.From(what), ActorName.From("ana"), "incident 4711");

    /// <summary>What is asked by whoever tells of a freeze is not answered before that is said.</summary>
    private sealed class HangingRows : IRows
    {
        private readonly ConcurrentDictionary<EnvironmentName, byte> _hanging = new();
        private readonly TaskCompletionSource _going = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private IRows _inner = null!;

        public int Hanging => _hanging.Count;

        public bool WasGivenUp { get; private set; }

        public void GoOn() => _going.SetResult();

        public void Wrap(IServiceCollection services)
        {
            var real = services.Last(service => service.ServiceType == typeof(IRows)).ImplementationType!;
            services.AddSingleton<IRows>(provider =>
            {
                _inner = (IRows)ActivatorUtilities.CreateInstance(provider, real);
                return this;
            });
        }

        public async Task<IReadOnlyList<RowSummary>> ListAsync(RowFilter filter, CancellationToken cancellation)
        {
            if (filter is not { Environment: { } environment, Phase: nameof(Phase.Progressing) })
                return await _inner.ListAsync(filter, cancellation);
            _hanging[environment] = 0;
            await using var noted = cancellation.Register(() => WasGivenUp = true);
            await _going.Task;
            return [];
        }

        public Task<StoredRow?> GetAsync(string kind, string key, CancellationToken cancellation) =>
            _inner.GetAsync(kind, key, cancellation);
    }
}
