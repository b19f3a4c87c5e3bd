using System.Collections.Concurrent;
using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Analysis.Seasonal;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Grains.Effects;
using OrleansRelease.Ports.Metrics;

namespace OrleansRelease.Grains.Questions;

/// <summary>
/// The past of metrics that are held against it. A season does not change while a rollout moves: its source is asked
/// once for a rollout and metric, and what it said is kept while it is used. It is a heavy question that nothing waits
/// for longer than for the metric itself, so it has places of its own, few of them.
/// </summary>
internal sealed class Pasts(Adapters adapters, Asking asking, TimeProvider time) : IDisposable
{
    /// <summary>Of 1,400 numbers each at most.</summary>
    private const int MostKept = 500;

    private const int AtOnce = 2;

    private static readonly TimeSpan KeptUnused = TimeSpan.FromHours(1);

    private static readonly TimeSpan AfterFailure = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<(RolloutId Rollout, string Metric), Kept> _kept = new();
    private readonly SemaphoreSlim _places = new(AtOnce);

    /// <summary>Null where the metric is not held against its past. Never throws.</summary>
    public async Task<Past?> AtAsync(Asked asked, MetricQuestion question, CancellationToken stopping)
    {
        if (question.Metric.History is not { } history) return null;
        var began = Season.BeganOf(question.Metric, question.Window);
        try
        {
            var answer = await Of((asked.Rollout, question.Key), asked.Spec, history, began, stopping)
                .WaitAsync(question.Metric.Limits.Timeout, time, stopping);
            return answer.Known is { } points
                ? Season.At(points, history.Days, began, question.Window.End)
                : answer.Missing;
        }
        catch (TimeoutException)
        {
            return new Past.Error("the source has not answered yet");
        }
        catch (OperationCanceledException)
        {
            return new Past.Error("the server stops");
        }
    }

    public void Dispose() => _places.Dispose();

    private Task<Answer> Of(
        (RolloutId, string) key, RolloutSpec spec, ComparedToPast history, DateTimeOffset began,
        CancellationToken stopping)
    {
        var now = time.GetUtcNow();
        if (_kept.TryGetValue(key, out var known) && known.Began == began && known.IsGood(now))
        {
            known.UsedAt = now;
            return known.Answer;
        }

        Trim(now);
        // Questions of one metric of one rollout come one after the other: nobody else asks this now.
        var answer = ReadAsync(spec, history, began, stopping);
        _kept[key] = new(began, now, answer) { UsedAt = now };
        return answer;
    }

    private async Task<Answer> ReadAsync(
        RolloutSpec spec, ComparedToPast history, DateTimeOffset began, CancellationToken stopping)
    {
        if (spec.Metrics is not { } source) return Wrong("the environment has no metrics connection");
        if (adapters.Ranges(source.Adapter) is not { } ranges)
            return Wrong($"the metrics adapter '{source.Adapter}' cannot be asked for the past");
        var (start, end) = Season.Stretch(history.Days, began);
        var query = new RangeQuery(
            source, history.Query, new Window(0, start, end), Season.StepOf(history.Days), Limit);
        try
        {
            await _places.WaitAsync(stopping);
            try
            {
                return await asking.WithinAsync(
                    Patience.Each(Limit), $"{Connections.Of(spec, source)}/past", isWayBack: false,
                    cancellation => ranges.ReadRangeAsync(query, cancellation), stopping) switch
                {
                    RangeReading.Points(var all) => new(
                        [.. all.Select(point => new PastPoint(point.At, point.Number))], null),
                    RangeReading.NoData { Reason: var reason } => new(null, new Past.NoData(reason)),
                    RangeReading.Error(var reason) => Wrong(reason),
                    _ => throw new System.Diagnostics.UnreachableException(),
                };
            }
            finally
            {
                _places.Release();
            }
        }
        catch (Exception e)
        {
            return Wrong(e.Message);
        }
    }

    private void Trim(DateTimeOffset now)
    {
        if (_kept.Count < MostKept) return;
        var useless = _kept.Where(one => !one.Value.IsGood(now)).Select(one => one.Key).ToList();
        if (useless.Count == 0) useless = [_kept.MinBy(one => one.Value.UsedAt).Key];
        foreach (var key in useless) _kept.TryRemove(key, out _);
    }

    private static Answer Wrong(string reason) => new(null, new Past.Error(reason));

    private sealed record Answer(ImmutableArray<PastPoint>? Known, Past? Missing);

    private sealed class Kept(DateTimeOffset began, DateTimeOffset askedAt, Task<Answer> answer)
    {
        public DateTimeOffset Began => began;

        public Task<Answer> Answer => answer;

        public DateTimeOffset UsedAt { get; set; }

        // What failed is asked again, and what nobody has known may be known by and by.
        public bool IsGood(DateTimeOffset now) => answer is { IsCompletedSuccessfully: true, Result.Known: null }
            ? now < askedAt + AfterFailure
            : now < UsedAt + KeptUnused;
    }
}
