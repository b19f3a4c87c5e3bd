using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Grains.Effects;
using OrleansRelease.Grains.Tests.Harness;
using OrleansRelease.Ports.Targets;

namespace OrleansRelease.Grains.Tests.Effects;

[Collection(ServersCollection.Name)]
public sealed class WhenAConnectionIsFull(Stores stores)
{
    [Fact]
    public async Task A_way_back_enters_and_what_goes_forward_waits()
    {
        var bulkhead = new Bulkhead(calls: 3, reserved: 1);
        var first = await bulkhead.EnterAsync(isWayBack: false, default);
        await bulkhead.EnterAsync(isWayBack: false, default);
        var waiting = bulkhead.EnterAsync(isWayBack: false, default);
        Assert.False(waiting.IsCompleted);
        await bulkhead.EnterAsync(isWayBack: true, default);
        Assert.False(waiting.IsCompleted);
        first.Dispose();
        await waiting;
    }

    [Fact]
    public async Task A_way_back_uses_open_places_first()
    {
        var bulkhead = new Bulkhead(calls: 2, reserved: 1);
        await bulkhead.EnterAsync(isWayBack: true, default);
        await bulkhead.EnterAsync(isWayBack: true, default);
        Assert.False(bulkhead.EnterAsync(isWayBack: true, default).IsCompleted);
    }

    [Fact]
    public async Task A_way_back_gets_whichever_place_is_free_next_and_before_what_goes_forward()
    {
        var bulkhead = new Bulkhead(calls: 2, reserved: 1);
        var open = await bulkhead.EnterAsync(isWayBack: false, default);
        await bulkhead.EnterAsync(isWayBack: true, default);
        var forward = bulkhead.EnterAsync(isWayBack: false, default);
        var back = bulkhead.EnterAsync(isWayBack: true, default);

        open.Dispose();
        await back.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.False(forward.IsCompleted);
    }

    [Fact]
    public async Task One_that_gives_up_waiting_takes_no_place()
    {
        var bulkhead = new Bulkhead(calls: 1, reserved: 0);
        var first = await bulkhead.EnterAsync(isWayBack: false, default);
        using var patience = new CancellationTokenSource();
        var waiting = bulkhead.EnterAsync(isWayBack: true, patience.Token);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        first.Dispose();
        (await bulkhead.EnterAsync(isWayBack: false, default).WaitAsync(TimeSpan.FromSeconds(30))).Dispose();
    }

    [Fact]
    public async Task A_rollout_is_taken_back_while_a_flood_of_others_hangs()
    {
        var world = new World();
        var flooded = new FloodedTarget(world.Target);
        world.Instead = flooded;
        await using var server = await TestServer.StartAsync(await stores.NewAsync(), world);
        var rollouts = new Harness.Rollouts(server) { DeployTimeout = TimeSpan.FromMinutes(30) };
        var all = await Task.WhenAll(Enumerable.Range(1, 30).Select(
            n => rollouts.StartAsync(SlotKey.From($"service-{n}.staging"), "1.0.0")));
        await Eventually.IsAsync("every open place is taken", () => flooded.Calls >= 12);

        await rollouts.Grain(all[0]).AbortAsync(rollouts.Command(), dryRun: false, default);
        await rollouts.UntilAsync(all[0], Phase.RolledBack, Phase.Cancelled);
        Assert.Equal(12, flooded.Calls);
    }

    /// <summary>Deployments hang until they are cancelled; everything else works.</summary>
    private sealed class FloodedTarget(ITarget inner) : ITarget
    {
        private int _calls;

        public string Name => inner.Name;

        public int Calls => _calls;

        public async Task<Outcome> DeployAsync(TargetCall call, CancellationToken cancellation)
        {
            Interlocked.Increment(ref _calls);
            var cancelled = new TaskCompletionSource<Outcome>();
            await using var registered = cancellation.Register(() => cancelled.TrySetCanceled());
            return await cancelled.Task;
        }

        public Task<Outcome> RetireAsync(TargetCall call, CancellationToken cancellation) =>
            inner.RetireAsync(call, cancellation);

        public Task<VersionHealth> ObserveAsync(
            RolloutSpec spec, VersionName version, CancellationToken cancellation) =>
            inner.ObserveAsync(spec, version, cancellation);
    }
}
