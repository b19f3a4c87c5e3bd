using System.Collections.Frozen;
using System.Text.Json;
using OrleansRelease.Core.PromQl;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Adapters.Metrics.Prometheus;

/// <summary>One source: every question to it once, and not too many of them at a time.</summary>
internal sealed class PrometheusSource
{
    /// <summary>How far back a name is looked for: what nothing has had for so long is not known.</summary>
    public static readonly TimeSpan LookBack = TimeSpan.FromDays(7);

    /// <summary>For how long what failed is not asked again: who is down is not asked ten thousand times.</summary>
    public static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    /// <summary>Some 20,000 numbers.</summary>
    private const int MostBytesOfNumbers = 32 * 1024 * 1024;

    /// <summary>Some 5,000 histograms of thirty buckets.</summary>
    private const int MostBytesOfBuckets = 16 * 1024 * 1024;

    /// <summary>Some 5,000 metrics with twenty labels.</summary>
    private const int MostBytesOfLabels = 16 * 1024 * 1024;

    /// <summary>Five hundred histories of two weeks.</summary>
    private const int MostBytesOfRanges = 16 * 1024 * 1024;

    private static readonly TimeSpan KnownFor = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan UnknownFor = TimeSpan.FromSeconds(30);

    private readonly MetricsConnection _connection;
    private readonly PrometheusApi _api;
    private readonly TimeProvider _time;
    private readonly Gate _gate;
    private readonly Shared<(string Query, long At), QueryResult> _numbers;
    private readonly Shared<(string Query, long At), BucketsResult> _buckets;
    private readonly Shared<string, MetricLabels> _metrics;
    private readonly Shared<(string Query, long First, long Last, long Step), RangeResult> _ranges;

    public PrometheusSource(MetricsConnection connection, PrometheusApi api, TimeProvider time)
    {
        (_connection, _api, _time) = (connection, api, time);
        _gate = new Gate(connection.MaxConcurrent ?? int.MaxValue, time);
        (_numbers, _buckets) = (new(MostBytesOfNumbers, time), new(MostBytesOfBuckets, time));
        (_metrics, _ranges) = (new(MostBytesOfLabels, time), new(MostBytesOfRanges, time));
        Patient = new PrometheusSource(this);
    }

    private PrometheusSource(PrometheusSource same)
    {
        (_connection, _api, _time, _gate) = (same._connection, same._api, same._time, same._gate);
        (_numbers, _buckets, _metrics, _ranges) = (same._numbers, same._buckets, same._metrics, same._ranges);
        (IsPatient, Patient) = (true, this);
    }

    /// <summary>
    /// The same source for those that nothing waits for. What others ask too goes on as theirs from then on.
    /// </summary>
    public PrometheusSource Patient { get; }

    public bool IsPatient { get; }

    public string? Crowd => _gate.Crowd(IsPatient);

    private TimeSpan Interval => _connection.Delay > AfterFailure ? _connection.Delay : AfterFailure;

    public Task<QueryResult> NumberAsync(string query, DateTimeOffset at, CancellationToken cancellation) =>
        _numbers.GetAsync(
            (query, at.ToUnixTimeMilliseconds()), IsPatient,
            wanted => AskAsync(
                query, wanted, token => _api.QueryAsync(_connection, query, at, token),
                data => new QueryResult(InstantValue.Of(data, at)),
                problem => new QueryResult(new MetricNumber.Wrong(problem)),
                result => result.Number is MetricNumber.Wrong ? AfterFailure : Interval),
            cancellation);

    public Task<BucketsResult> BucketsAsync(string query, DateTimeOffset at, CancellationToken cancellation) =>
        _buckets.GetAsync(
            (query, at.ToUnixTimeMilliseconds()), IsPatient,
            wanted => AskAsync(
                query, wanted, token => _api.QueryAsync(_connection, query, at, token),
                data => InstantBuckets.Of(data, at), problem => new BucketsResult(null, problem),
                result => result.Problem is not null ? AfterFailure : Interval),
            cancellation);

    /// <summary>The labels of a metric as these targets have it.</summary>
    public Task<MetricLabels> LabelsAsync(
        string metric, IEnumerable<LabelMatcher> targets, CancellationToken cancellation)
    {
        var selection = QuerySelector.Named(metric, targets);
        return _metrics.GetAsync(
            selection, IsPatient,
            wanted =>
            {
                var now = _time.GetUtcNow();
                return AskAsync(
                    selection, wanted, token => _api.LabelsAsync(_connection, selection, now - LookBack, now, token),
                    data => data.ValueKind == JsonValueKind.Array
                        ? new MetricLabels(data.EnumerateArray().Select(label => label.ToString()).ToFrozenSet(), null)
                        : new MetricLabels([], "the answer has no list of labels"),
                    problem => new MetricLabels([], problem),
                    known => known.Problem is not null ? AfterFailure : known.IsKnown ? KnownFor : UnknownFor);
            },
            cancellation);
    }

    /// <summary>The numbers at a moment and at every step after it, up to another.</summary>
    public Task<RangeResult> RangeAsync(
        string query, DateTimeOffset first, DateTimeOffset last, TimeSpan step, CancellationToken cancellation) =>
        _ranges.GetAsync(
            (query, first.ToUnixTimeMilliseconds(), last.ToUnixTimeMilliseconds(), (long)step.TotalMilliseconds),
            IsPatient,
            wanted => AskAsync(
                query, wanted, token => _api.RangeAsync(_connection, query, (first, last, step), token),
                data => RangePoints.Of(data, first, last), problem => new RangeResult([], problem),
                result => result.Problem is not null ? AfterFailure : Interval),
            cancellation);

    private async Task<Found<T>> AskAsync<T>(
        string query, Wanted wanted, Func<CancellationToken, Task<PrometheusAnswer>> ask, Func<JsonElement, T> read,
        Func<string, T> otherwise, Func<T, TimeSpan> goodFor)
        where T : Answer
    {
        var (answer, none) = await _gate.RunAsync(wanted, ask);
        // Nobody was asked, so nothing is known that another one should be told.
        if (none is not null)
            return new(otherwise(none.Reason), TimeSpan.Zero, IsOnlyForPatient: none.WasPatient);
        var value = answer.Read(read, otherwise);
        return new(value, goodFor(value), value.BytesBeside(query));
    }
}
