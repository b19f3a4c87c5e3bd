using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Grains.Tests.Harness;
using OrleansRelease.Ports.Targets;

namespace OrleansRelease.Grains.Tests.Rollouts;

[Collection(ServersCollection.Name)]
public sealed class WhenAnAdapterHangs(Stores stores)
{
    [Fact]
    public async Task An_abort_is_accepted_at_once_and_the_way_back_goes_past_it()
    {
        var world = new World();
        var hanging = new HangingTarget(world.Target);
        world.Instead = hanging;
        await using var server = await TestServer.StartAsync(await stores.NewAsync(), world);
        var rollouts = new Harness.Rollouts(server) { DeployTimeout = TimeSpan.FromMinutes(30) };
        var id = await rollouts.StartAsync(Harness.Rollouts.SlotOf(1), "1.0.0");
        await Eventually.IsAsync("the target was called", () => hanging.Calls > 0);

        var aborted = (await rollouts.Grain(id).AbortAsync(rollouts.Command(), dryRun: false, default)).Value();
        Assert.Equal(Phase.RollingBack, aborted.State.Phase);
        await rollouts.UntilAsync(id, Phase.RolledBack);
        Assert.Equal(1, hanging.Calls);
    }

    [Fact]
    public async Task A_version_that_cannot_be_looked_at_any_more_is_taken_back()
    {
        var world = new World();
        var hanging = new HangingTarget(world.Target) { Deploys = true };
        world.Instead = hanging;
        await using var server = await TestServer.StartAsync(await stores.NewAsync(), world);
        var slot = Harness.Rollouts.SlotOf(1);
        var first = await new Harness.Rollouts(server).StartAsync(slot, "1.0.0");
        await new Harness.Rollouts(server).UntilAsync(first, Phase.Succeeded);
        var rollouts = new Harness.Rollouts(server) { Pause = TimeSpan.FromHours(1) };
        var id = (await rollouts.TryStartAsync(slot, "2.0.0", rollouts.Command("second"))).Value().RolloutId;
        await Eventually.IsAsync(
            "it gets requests", () => rollouts.ViewAsync(id), view => view?.State.Exposure.FirstAt is not null);

        hanging.Unobservable = VersionName.From("2.0.0");
        await rollouts.Grain(id).AbortAsync(rollouts.Command("abort"), dryRun: false, default);
        await rollouts.UntilAsync(id, Phase.RolledBack);
    }

    [Fact]
    public async Task A_server_that_comes_after_it_makes_the_next_attempt()
    {
        var store = await stores.NewAsync();
        var world = new World();
        var hanging = new HangingTarget(world.Target);
        RolloutId id;
        var before = await TestServer.StartAsync(store, new World { Instead = hanging });
        try
        {
            id = await new Harness.Rollouts(before).StartAsync(Harness.Rollouts.SlotOf(1), "1.0.0");
            await Eventually.IsAsync("the target was called", () => hanging.Calls > 0);
        }
        finally
        {
            await before.KillAsync();
        }

        await using var after = await TestServer.StartAsync(store, world);
        await new Harness.Rollouts(after).UntilAsync(id, Phase.Succeeded);
        var deploys = world.Target.Log.Where(call => call.Version == VersionName.From("1.0.0")).ToList();
        Assert.Equal(1, deploys.Count(call => call.Acted));
    }

    /// <summary>Never answers what it hangs at, and does not care for being cancelled.</summary>
    private sealed class HangingTarget(ITarget inner) : ITarget
    {
        private readonly TaskCompletionSource<Outcome> _never = new();
        private readonly TaskCompletionSource<VersionHealth> _unseen = new();
        private int _calls;

        public bool Deploys { get; init; }

        public VersionName? Unobservable { get; set; }

        public string Name => inner.Name;

        public int Calls => _calls;

        public Task<Outcome> DeployAsync(TargetCall call, CancellationToken cancellation)
        {
            if (Deploys) return inner.DeployAsync(call, cancellation);
            Interlocked.Increment(ref _calls);
            return _never.Task;
        }

        public Task<Outcome> RetireAsync(TargetCall call, CancellationToken cancellation) =>
            inner.RetireAsync(call, cancellation);

        public Task<VersionHealth> ObserveAsync(
            RolloutSpec spec, VersionName version, CancellationToken cancellation) =>
            version == Unobservable ? _unseen.Task : inner.ObserveAsync(spec, version, cancellation);
    }
}
