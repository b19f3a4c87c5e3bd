using OrleansRelease.Adapters.Metrics.Memory;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Grains.Tests.Harness;

namespace OrleansRelease.Grains.Tests.Rollouts;

[Collection(ServersCollection.Name)]
public sealed class WhenASourceHangs(Stores stores)
{
    private const string Hanging = "a query without an end";

    [Fact]
    public async Task The_other_metrics_are_judged_without_waiting_for_it()
    {
        var world = new World();
        world.Metrics.Faults = query => query.Source is MetricSource.Query { Text: Hanging }
            ? new MetricsFault.Slow(TimeSpan.FromHours(1))
            : null;
        await using var server = await TestServer.StartAsync(await stores.NewAsync(), world);
        var plain = new Harness.Rollouts(server);
        var slot = Harness.Rollouts.SlotOf(1);
        var errors = plain.Spec(slot, Core.Identity.VersionName.From("bad-1")).Background[0];
        var rollouts = new Harness.Rollouts(server)
        {
            MoreMetrics =
            [
                errors with
                {
                    Name = "golden/hanging",
                    Source = new MetricSource.Query(Hanging),
                    Limits = errors.Limits with { Timeout = TimeSpan.FromSeconds(60) },
                },
            ],
        };

        await rollouts.UntilAsync(await rollouts.StartAsync(slot, "bad-1"), Phase.RolledBack);

        // Its answer, or that there is none, is still to come.
        Assert.DoesNotContain(world.Metrics.Log, entry => entry.Query.Source is MetricSource.Query { Text: Hanging });
    }
}
