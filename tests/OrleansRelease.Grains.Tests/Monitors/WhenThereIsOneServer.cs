using OrleansRelease.Adapters.Monitors;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Monitors;
using OrleansRelease.Grains.Monitors;
using OrleansRelease.Grains.Tests.Harness;

namespace OrleansRelease.Grains.Tests.Monitors;

[Collection(WatchingCollection.Name)]
public sealed class WhenThereIsOneServer(Stores stores)
{
    [Theory]
    [InlineData(2, null)]
    [InlineData(1, false)]
    public async Task It_decides_alone_only_where_the_monitor_says_so(int nodes, bool? holds)
    {
        var world = new World();
        world.Checks.Answers = _ => MemoryChecks.With(503);
        await using var server = await TestServer.StartAsync(await stores.NewAsync(), world);
        var check = new MonitorCheck(
            "page", "https://shop.example.com/", CheckMethod.Get, null, null, null, null, TimeSpan.FromSeconds(5),
            new([StatusRange.Class(2)], null, null, null), nodes, null);

        var reading = await server.Get<MonitorLook>().ReadAsync(check, default);

        Assert.Equal(holds, (reading as Reading.Checked)?.Holds);
        if (holds is null)
            Assert.Contains("nodes: 1", Assert.IsType<Reading.Error>(reading).Reason, StringComparison.Ordinal);
    }
}
