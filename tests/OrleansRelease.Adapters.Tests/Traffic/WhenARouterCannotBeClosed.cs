using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;
using OrleansRelease.Ports.Traffic;

namespace OrleansRelease.Adapters.Tests.Traffic;

public sealed class WhenARouterCannotBeClosed
{
    [Fact]
    public async Task It_says_so()
    {
        ITraffic router = new Simple();

        var outcome = await router.CloseAsync(
            new(Specs.With("simple", null, null, TimeSpan.FromSeconds(1)), new Fence(1, 2, 3), TimeSpan.FromSeconds(1)),
            CancellationToken.None);

        Assert.Equal(new Outcome.Refused("'simple' cannot be closed to older changes"), outcome);
    }

    /// <summary>Does what everything that shares requests has to, and nothing beyond.</summary>
    private sealed class Simple : ITraffic
    {
        public string Name => "simple";

        public Task<Outcome> SetAsync(TrafficCall call, CancellationToken cancellation) =>
            Task.FromResult<Outcome>(new Outcome.Applied());

        public Task<TrafficView?> ObserveAsync(RolloutSpec spec, CancellationToken cancellation) =>
            Task.FromResult<TrafficView?>(null);

        public Task<Reading> CountAsync(
            RolloutSpec spec, VersionName version, Window window, CancellationToken cancellation) =>
            Task.FromResult<Reading>(new Reading.NoData("nothing is counted"));
    }
}
