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
    /// <summary>By the metrics' names; what was cut off by the end of the call is missing.</summary>
    /// <param name="running">The rollout that would bring what runs now.</param>
    /// <param name="metrics">Which ones.</param>
    /// <param name="enough">The end of the call.</param>
    public async Task<IReadOnlyDictionary<string, Telemetry>> OfAsync(
        RolloutSpec running, IReadOnlySet<string> metrics, CancellationToken enough)
    {
        var seen = await Task.WhenAll(running.JudgedOn.Where(metric => metrics.Contains(metric.Name))
            .DistinctBy(metric => metric.Name)
            .Select(async metric => (metric.Name, Telemetry: await OneAsync(metric))));
        return seen.Where(one => one.Telemetry is not null).ToDictionary(one => one.Name, one => one.Telemetry!);

        async Task<Telemetry?> OneAsync(MetricSpec metric)
        {
            var limits = metric.Limits;
            if (limits.Timeout > Prechecks.Each) limits = limits with { Timeout = Prechecks.Each };
            var reading = await reader.ReadApartAsync(
                running, metric with { Limits = limits }, Newest(running, metric), enough);
            return enough.IsCancellationRequested ? null : Telemetry.Of(reading);
        }
    }

    private Window Newest(RolloutSpec running, MetricSpec metric)
    {
        var end = clock.Now - (metric.Source.IsQueried ? running.Metrics?.Delay ?? TimeSpan.Zero : TimeSpan.Zero);
        return new Window(0, end - metric.Limits.Interval, end);
    }
}
