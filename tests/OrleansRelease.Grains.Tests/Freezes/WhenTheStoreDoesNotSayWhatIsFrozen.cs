using Microsoft.Extensions.DependencyInjection;
using OrleansRelease.Core.Freezes;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Grains.Freezes;
using OrleansRelease.Grains.Tests.Harness;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Tests.Freezes;

[Collection(ServersCollection.Name)]
public sealed class WhenTheStoreDoesNotSayWhatIsFrozen(Stores stores)
{
    [Fact]
    public async Task Nothing_forward_starts_ways_back_go_on_and_afterwards_everything_does()
    {
        var (world, begun, asked) = (new World(), new BegunEffects(), new Asked());
        world.Instead = begun.Before(world.Target, "one");
        world.InsteadOfTraffic = begun.Before(world.Traffic, "one");
        await using var server = await TestServer.StartAsync(await stores.NewAsync(), world, more: asked.Wrap);
        var rollouts = new Harness.Rollouts(server) { Pause = TimeSpan.FromHours(1) };
        var back = await rollouts.StartAsync(Harness.Rollouts.SlotOf(1), "1.0.0");
        await Eventually.IsAsync(
            "it rests", () => rollouts.ViewAsync(back), view => view?.State.Work is Work.Resting);

        asked.Fails = true;
        var deaf = BegunEffects.Now;
        var next = await rollouts.StartAsync(Harness.Rollouts.SlotOf(2), "1.0.0");
        await rollouts.Grain(back).AbortAsync(rollouts.Command("abort"), dryRun: false, default);
        await rollouts.UntilAsync(back, Phase.RolledBack);
        await Eventually.IsAsync(
            "it waits to be told", async () => (await rollouts.Grain(next).ExplainAsync(default)).RefusalOrNull is null
                && (await rollouts.Grain(next).ExplainAsync(default)).Value().Because.Any(line =>
                    line.Contains("whether env-2 is frozen is being asked", StringComparison.Ordinal)));
        Assert.DoesNotContain(begun.Forward, it => it.At > deaf + (2 * FreezeLook.MaxAge));

        asked.Fails = false;
        await Eventually.IsAsync(
            "it rests", () => rollouts.ViewAsync(next), view => view?.State.Work is Work.Resting);
    }

    [Fact]
    public async Task One_look_serves_all_who_ask_within_a_second_and_a_failed_one_too()
    {
        var (clock, asked) = (new Clock(), new Asked());
        var look = new FreezeLook(asked, clock, clock);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => look.OfAsync(Somewhere, default)));
        Assert.Equal(1, asked.Times);

        asked.Fails = true;
        clock.Pass(FreezeLook.MaxAge);
        Assert.Null(await look.VetoFor(Somewhere)(default));
        clock.Pass(TimeSpan.FromMilliseconds(1));
        for (var n = 0; n < 20; n++)
        {
            Assert.Equal(
                "whether somewhere is frozen is not known: the store is away", await look.VetoFor(Somewhere)(default));
        }

        Assert.Equal(2, asked.Times);
    }

    [Fact]
    public async Task An_answer_that_comes_too_late_is_not_gone_by()
    {
        var (clock, asked) = (new Clock(), new Asked());
        asked.Waits = new();
        var look = new FreezeLook(asked, clock, clock);
        var veto = look.VetoFor(Somewhere)(default).AsTask();
        asked.Freeze = new(clock.Now, clock.Now.AddMinutes(1), ActorName.From("ana"), "incident");
        clock.Pass(FreezeLook.MaxAge + TimeSpan.FromMilliseconds(1));
        asked.Waits.SetResult();
        Assert.Contains("is frozen by ana", await veto, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_freeze_whose_time_has_come_forbids_nothing()
    {
        var (clock, asked) = (new Clock(), new Asked());
        asked.Freeze = new(clock.Now, clock.Now.AddMinutes(1), ActorName.From("ana"), "incident");
        var look = new FreezeLook(asked, clock, clock);
        Assert.Contains("is frozen by ana", await look.VetoFor(Somewhere)(default), StringComparison.Ordinal);
        clock.Pass(TimeSpan.FromMinutes(1));
        Assert.Null(await look.VetoFor(Somewhere)(default));
    }

    private static readonly EnvironmentName Somewhere = EnvironmentName.From("somewhere");

    /// <summary>Stands before what the store says of freezes.</summary>
    private sealed class Asked : IFreezes
    {
        private IFreezes? _inner;

        public bool Fails { get; set; }

        public Freeze? Freeze { get; set; }

        public TaskCompletionSource? Waits { get; set; }

        public int Times { get; private set; }

        public void Wrap(IServiceCollection services)
        {
            var real = services.Last(service => service.ServiceType == typeof(IFreezes));
            services.Remove(real);
            services.AddSingleton<IFreezes>(provider =>
            {
                _inner = (IFreezes)ActivatorUtilities.CreateInstance(provider, real.ImplementationType!);
                return this;
            });
        }

        public async Task<IReadOnlyDictionary<EnvironmentName, Freeze>> ReadAsync(CancellationToken cancellation)
        {
            Times++;
            if (Fails) throw new IOException("the store is away");
            if (_inner is not null) return await _inner.ReadAsync(cancellation);
            var found = new Dictionary<EnvironmentName, Freeze>();
            if (Freeze is { } freeze) found[Somewhere] = freeze;
            if (Waits is { } waits) await waits.Task;
            return found;
        }
    }

    private sealed class Clock : TimeProvider, IStoreClock
    {
        private TimeSpan _passed;

        public DateTimeOffset Now => DateTimeOffset.UnixEpoch + _passed;

        public int Epoch => 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Pass(TimeSpan time) => _passed += time;

        public override DateTimeOffset GetUtcNow() => Now;

        public override long GetTimestamp() => _passed.Ticks;
    }
}
