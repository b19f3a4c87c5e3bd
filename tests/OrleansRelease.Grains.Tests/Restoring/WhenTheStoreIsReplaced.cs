using Microsoft.Extensions.DependencyInjection;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Grains.Tests.Harness;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Ports.Targets;

namespace OrleansRelease.Grains.Tests.Restoring;

/// <summary>A server hears that the store on which it was started is another one by now.</summary>
[Collection(ReleasesCollection.Name)]
public sealed class WhenTheStoreIsReplaced(Stores stores)
{
    [Fact]
    public async Task What_is_under_way_is_cut_off_and_nothing_else_is_begun_not_even_a_way_back()
    {
        var world = new World();
        var target = new HangingTarget(world.Target);
        world.Instead = target;
        using var replaced = new CancellationTokenSource();
        await using var server = await TestServer.StartAsync(
            await stores.NewAsync(), world,
            more: services => services.AddSingleton<IOpenedStore>(new Opened(replaced.Token)));
        var rollouts = new Harness.Rollouts(server) { DeployTimeout = TimeSpan.FromMinutes(30) };
        var id = await rollouts.StartAsync(Harness.Rollouts.SlotOf(1), "1.0.0");
        await Eventually.IsAsync("the target was called", () => target.Called == 1);

        await replaced.CancelAsync();
        await Eventually.IsAsync("the call is cut off", () => target.CutOff == 1);
        var aborted = (await rollouts.Grain(id).AbortAsync(rollouts.Command(), dryRun: false, default)).Value();
        Assert.Equal(Phase.RollingBack, aborted.State.Phase);
        await Eventually.NeverAsync(
            "the target is called again", TimeSpan.FromMilliseconds(500), () => Task.FromResult(target.Called > 1));
    }

    private sealed record Opened(CancellationToken Replaced) : IOpenedStore;

    /// <summary>Changes nothing, and goes on with that until it is cancelled.</summary>
    private sealed class HangingTarget(ITarget inner) : ITarget
    {
        private int _called;
        private int _cutOff;

        public string Name => inner.Name;

        public int Called => _called;

        public int CutOff => _cutOff;

        public Task<Outcome> DeployAsync(TargetCall call, CancellationToken cancellation) => HangAsync(cancellation);

        public Task<Outcome> RetireAsync(TargetCall call, CancellationToken cancellation) => HangAsync(cancellation);

        public Task<VersionHealth> ObserveAsync(
            RolloutSpec spec, VersionName version, CancellationToken cancellation) =>
            inner.ObserveAsync(spec, version, cancellation);

        private async Task<Outcome> HangAsync(CancellationToken cancellation)
        {
            Interlocked.Increment(ref _called);
            var cancelled = new TaskCompletionSource<Outcome>();
            await using var registered = cancellation.Register(() => cancelled.TrySetCanceled());
            try
            {
                return await cancelled.Task;
            }
            finally
            {
                Interlocked.Increment(ref _cutOff);
            }
        }
    }
}
