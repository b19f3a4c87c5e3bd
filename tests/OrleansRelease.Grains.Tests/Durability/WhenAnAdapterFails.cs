using OrleansRelease.Core.Analysis;
using OrleansRelease.Grains.Tests.Harness;
using Xunit.Abstractions;

namespace OrleansRelease.Grains.Tests.Durability;

/// <summary>It takes as long as most others together, and waits for most of that: so it goes on beside them.</summary>
public sealed class WhenAnAdapterFails(Stores stores, ITestOutputHelper output) : IClassFixture<Stores>
{
    private static readonly MetricLimits Limits = new(
        TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(1), TimeSpan.Zero, null, 0, 3, 100, 100, null, 1);

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.PostgreSql)]
    public async Task The_end_is_the_same_whichever_call_it_was(StoreKind kind)
    {
        var (world, faults) = (new World(), new NthFaults());
        FaultyAdapters.Put(faults, world);
        await using var server = await TestServer.StartAsync(await stores.NewAsync(kind), world);
        var rollouts = new Harness.Rollouts(server)
        {
            MoreMetrics =
            [
                new(
                    "golden/router", new MetricSource.Traffic("errors"), Unit.Ratio, new Thresholds(0.1, null, null),
                    Limits, DryRun: false),
                new(
                    "golden/restarts", new MetricSource.Target("restarts"), Unit.Count, new Thresholds(0, null, null),
                    Limits, DryRun: false),
            ],
        };

        await new EveryNth(server, world, rollouts, faults, output).RunAsync(
            Of(Doing.Deploy, 3), Of(Doing.Retire, 1), Of(Doing.SetTraffic, 4), Of(Doing.Look, 15), Of(Doing.Count, 6),
            Of(Doing.Measure, 10));
    }

    private static EveryNth.Kind Of(Doing what, int atLeast) =>
        new(what, atLeast, _ => Enumerable.Range(0, FaultyAdapters.WaysOf(what)));
}
