using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Simulation;

/// <summary>What holds when a monitor judges would hold as well if none ever did.</summary>
public class WhenWorldsHaveMonitors
{
    [Fact]
    public void Some_of_them_are_taken_back_by_one()
    {
        var (with, back) = (0, 0);
        for (var seed = 1; seed <= 400; seed++)
        {
            var world = new World(seed, new Coverage());
            if (world.Spec.Background.All(metric => metric.Name != MonitorOfASeed.Metric)) continue;
            world.Run();
            with++;
            var cause = (world.Store.Row.State?.Stage as Stage.Ended)?.Cause;
            if (cause is Cause.MetricFailed { Metric: MonitorOfASeed.Metric }) back++;
        }

        Assert.True(with >= 20, $"{with} of 400 worlds have a monitor");
        Assert.True(back >= 1, $"no monitor of {with} has taken a rollout back");
    }
}
