using System.Collections.Immutable;
using OrleansRelease.Adapters.Traffic.Memory;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;
using OrleansRelease.Ports.Traffic;

namespace OrleansRelease.Adapters.Tests.Traffic;

public sealed class MemoryTrafficKeepsTheContract : TrafficContract
{
    private readonly MemoryTraffic _traffic = new() { RequestsPerSecond = 0 };

    private protected override ITraffic Traffic => _traffic;

    private protected override ImmutableDictionary<VersionName, ImmutableArray<Uri>> Addresses =>
        ImmutableDictionary<VersionName, ImmutableArray<Uri>>.Empty;

    [Fact]
    public async Task The_log_tells_what_was_accepted_and_what_was_not()
    {
        StartLoad();
        await AppliedAsync(2, 5000);
        await SetAsync(1, 0, Direction.Back, TimeSpan.FromSeconds(1));

        Assert.Equal(
            [(2, true), (1, false)], _traffic.Log.Select(call => (call.Fence.Ordinal, call.Acted)));
    }

    private protected override RolloutSpec Spec(TimeSpan timeout) => Specs.With("memory", null, null, timeout);

    private protected override void StartLoad() => _traffic.RequestsPerSecond = 200;

    private protected override Task<Outcome> SetWhileLyingAsync(Lie lie, TrafficCall call)
    {
        _traffic.Faults = _ => lie switch
        {
            Lie.AcknowledgesAndDoesNothing => new TrafficFault.Lies(),
            Lie.AppliesTenSecondsLate => new TrafficFault.Late(TimeSpan.FromSeconds(10)),
            _ => new TrafficFault.Forgets(),
        };
        return _traffic.SetAsync(call, CancellationToken.None);
    }
}
