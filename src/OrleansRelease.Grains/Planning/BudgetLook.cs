using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Slos;
using OrleansRelease.Core.Specs;
using OrleansRelease.Grains.Effects;
using OrleansRelease.Grains.Questions;
using OrleansRelease.Ports.Metrics;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Planning;

/// <summary>
/// Asks the source of numbers what is left of a rollout's error budgets. It never throws for what a source does.
/// </summary>
internal sealed class BudgetLook(IEnumerable<IMetricRanges> ranges, Asking asking, IStoreClock clock)
{
    /// <summary>By the objectives' names. Who cannot be asked for a period at all is missing.</summary>
    public async Task<IReadOnlyDictionary<string, BudgetLeft>> OfAsync(
        RolloutSpec spec, CancellationToken cancellation)
    {
        var source = ranges.FirstOrDefault(one => one.Name == spec.Metrics?.Adapter);
        if (source is null) return ImmutableDictionary<string, BudgetLeft>.Empty;
        var now = clock.Now;
        var left = await Task.WhenAll((spec.Slos ?? []).Select(async slo =>
            (slo.Name, Left: await OfAsync(source, spec, slo, now, cancellation))));
        return left.Where(one => one.Left is not null).ToDictionary(one => one.Name, one => one.Left!);
    }

    private async Task<BudgetLeft?> OfAsync(
        IMetricRanges source, RolloutSpec spec, Slo slo, DateTimeOffset now, CancellationToken cancellation)
    {
        var step = BudgetDays.StepOf(slo);
        if (SloCounts.Of(slo, FormattableString.Invariant($"{step.TotalSeconds}s")) is not { } counts) return null;
        // What happened a moment ago is not there yet.
        var end = now - spec.Metrics!.Delay;
        var window = new Window(0, end - (step * Math.Ceiling(slo.Window.TotalDays)), end);
        var both = await Task.WhenAll(AskAsync(counts.Counted), AskAsync(counts.Total));
        return (both[0], both[1]) switch
        {
            (_, RangeReading.Error(var reason)) => new BudgetLeft.Unanswered($"total: {reason}"),
            (_, RangeReading.NoData) => new BudgetLeft.NoHistory(),
            (RangeReading.Error(var reason), _) => new BudgetLeft.Unanswered(reason),
            (RangeReading.NoData { IsKnown: false } nothing, _) => new BudgetLeft.Unanswered(nothing.Reason),
            (RangeReading.NoData nothing, _) when counts.IsGood => new BudgetLeft.Unanswered(nothing.Reason),
            (var some, RangeReading.Points(var totals)) =>
                BudgetLeft.Of(slo, BudgetDays.Series(slo, counts.IsGood, ByTime(some), ByTime(totals)), now),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

        async Task<RangeReading> AskAsync(string query)
        {
            try
            {
                return await asking.WithinAsync(
                    Patience.Together(slo.Timeout), Connections.Of(spec, spec.Metrics), isWayBack: false,
                    token => source.ReadRangeAsync(new(spec.Metrics, query, window, step, slo.Timeout), token),
                    cancellation);
            }
            catch (Exception failed)
            {
                return new RangeReading.Error(
                    cancellation.IsCancellationRequested ? "not answered in time" : failed.Message);
            }
        }
    }

    private static Dictionary<DateTimeOffset, double> ByTime(RangeReading reading) =>
        reading is RangeReading.Points(var points) ? ByTime(points) : [];

    private static Dictionary<DateTimeOffset, double> ByTime(ImmutableArray<MetricPoint> points) =>
        points.ToDictionary(point => point.At, point => point.Number);
}
