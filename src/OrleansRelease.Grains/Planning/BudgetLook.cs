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
internal sealed class BudgetLook(Adapters adapters, Asking asking, IStoreClock clock)
{
    /// <summary>
    /// How exactly it is found out when a service that is younger than the period had its first count.
    /// </summary>
    private static readonly TimeSpan Fine = TimeSpan.FromMinutes(15);

    /// <summary>The objectives of which it can be asked what is left, by name.</summary>
    public IEnumerable<string> CanBeAsked(RolloutSpec spec) =>
        spec.Metrics is { } connection && adapters.Ranges(connection.Adapter) is not null
            ? from slo in spec.Slos ?? [] where CountsOf(slo, BudgetDays.StepOf(slo)) is not null select slo.Name
            : [];

    /// <summary>
    /// By the objectives' names. Who cannot be asked for a period at all is missing, and what was cut off by the end of
    /// the call.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, BudgetLeft>> OfAsync(RolloutSpec spec, CancellationToken enough)
    {
        if (spec.Metrics is not { } connection || adapters.Ranges(connection.Adapter) is not { } source)
            return ImmutableDictionary<string, BudgetLeft>.Empty;
        var now = clock.Now;
        var left = await Task.WhenAll((spec.Slos ?? []).Select(async slo =>
            (slo.Name, Left: await OfAsync(source, spec, slo, now, enough))));
        return left.Where(one => one.Left is not null).ToDictionary(one => one.Name, one => one.Left!);
    }

    private async Task<BudgetLeft?> OfAsync(
        IMetricRanges source, RolloutSpec spec, Slo slo, DateTimeOffset now, CancellationToken enough)
    {
        var step = BudgetDays.StepOf(slo);
        if (CountsOf(slo, step) is not { } counts) return null;
        // What happened a moment ago is not there yet.
        var end = now - spec.Metrics!.Delay;
        var window = new Window(0, end - (step * Math.Ceiling(slo.Window.TotalDays)), end);
        var both = await Task.WhenAll(AskAsync(counts.Counted, window, step), AskAsync(counts.Total, window, step));
        if (enough.IsCancellationRequested) return null;
        return (both[0], both[1]) switch
        {
            (_, RangeReading.Error(var reason)) => new BudgetLeft.Unanswered($"total: {reason}"),
            (_, RangeReading.NoData { IsKnown: false } nothing) =>
                new BudgetLeft.Unanswered($"total: {nothing.Reason}"),
            (_, RangeReading.NoData) => new BudgetLeft.NoHistory(),
            (RangeReading.Error(var reason), _) => new BudgetLeft.Unanswered(reason),
            (RangeReading.NoData { IsKnown: false } nothing, _) => new BudgetLeft.Unanswered(nothing.Reason),
            (RangeReading.NoData nothing, _) when counts.IsGood => new BudgetLeft.Unanswered(nothing.Reason),
            (var some, RangeReading.Points(var totals)) => BudgetLeft.Of(
                slo, BudgetDays.Series(slo, counts.IsGood, ByTime(some), ByTime(totals)), now,
                await FirstAsync(totals[0].At)),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

        // A stretch is a day, and of a service that is an hour old the rest of it has cost nothing. Where that is not
        // answered any more the day counts.
        async Task<DateTimeOffset?> FirstAsync(DateTimeOffset firstEnd)
        {
            var begins = firstEnd - step;
            if (begins < window.Start + step || CountsOf(slo, Fine) is not { Total: var total }) return null;
            return await AskAsync(total, new Window(0, begins, firstEnd), Fine) is RangeReading.Points(var points)
                ? points[0].At - Fine
                : null;
        }

        async Task<RangeReading> AskAsync(string query, Window stretch, TimeSpan every)
        {
            var limit = slo.Timeout < Prechecks.Each ? slo.Timeout : Prechecks.Each;
            try
            {
                return await asking.WithinAsync(
                    Patience.Together(limit), Connections.ToPlan(Connections.Of(spec, spec.Metrics)), isWayBack: false,
                    token => source.ReadRangeAsync(new(spec.Metrics, query, stretch, every, limit), token), enough);
            }
            catch (Exception failed)
            {
                return new RangeReading.Error(failed.Message);
            }
        }
    }

    private static SloCounts? CountsOf(Slo slo, TimeSpan length) =>
        SloCounts.Of(slo, FormattableString.Invariant($"{length.TotalSeconds}s"));

    private static Dictionary<DateTimeOffset, double> ByTime(RangeReading reading) =>
        reading is RangeReading.Points(var points) ? ByTime(points) : [];

    private static Dictionary<DateTimeOffset, double> ByTime(ImmutableArray<MetricPoint> points) =>
        points.ToDictionary(point => point.At, point => point.Number);
}
