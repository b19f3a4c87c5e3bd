using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Specs;
using OrleansRelease.Grains.Questions;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Planning;

/// <summary>
/// Asks the sources of numbers whether they have anything of what a rollout is judged on, for the version that runs
/// now: the newest window that can be there. It never throws for what a source does.
/// </summary>
internal sealed class TelemetryLook(Reader reader, IStoreClock clock)
{
    /// <summary>By the metrics' names.</summary>
    /// <param name="running">The rollout that would bring what runs now.</param>
    /// <param name="only">Which metrics; null: all that it is judged on.</param>
    /// <param name="cancellation">Of whoever asks.</param>
    public async Task<IReadOnlyDictionary<string, Telemetry>> OfAsync(
        RolloutSpec running, IReadOnlyCollection<string>? only, CancellationToken cancellation)
    {
        var metrics = running.JudgedOn.Where(metric => only?.Contains(metric.Name) != false)
            .DistinctBy(metric => metric.Name);
        var seen = await Task.WhenAll(metrics.Select(async metric => (
            metric.Name,
            Telemetry: Telemetry.Of(await reader.ReadAsync(running, metric, Newest(running, metric), cancellation)))));
        return seen.ToDictionary(one => one.Name, one => one.Telemetry);
    }

    private Window Newest(RolloutSpec running, MetricSpec metric)
    {
        var end = clock.Now - (metric.Source.IsQueried ? running.Metrics?.Delay ?? TimeSpan.Zero : TimeSpan.Zero);
        return new Window(0, end - metric.Limits.Interval, end);
    }
}
