using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using OrleansRelease.Core.Analysis.Sequential;
using OrleansRelease.Core.PromQl;
using OrleansRelease.Core.Specs;
using OrleansRelease.Ports.Metrics;

namespace OrleansRelease.Adapters.Metrics.Prometheus;

/// <summary>What a query gave: a number or what stands for it, or nothing, when no series is there.</summary>
internal sealed record QueryResult(MetricNumber? Number);

/// <summary>The buckets that a query gave, or why it gave none; neither when no series is there.</summary>
internal sealed record BucketsResult(Histogram? Latencies, string? Problem);

/// <summary>The numbers that a range query gave, none when no series is there; or why it gave none.</summary>
internal sealed record RangeResult(ImmutableArray<MetricPoint> Points, string? Problem)
{
    private const int BytesOfPoint = 24;

    /// <summary>Its key, its flight and its places, without the text and the points.</summary>
    private const int OtherBytes = 1_024;

    /// <summary>About what it takes to keep it, together with its query.</summary>
    public long BytesBeside(string query) =>
        OtherBytes + (sizeof(char) * ((long)query.Length + (Problem?.Length ?? 0)))
        + (BytesOfPoint * (long)Points.Length);
}

/// <summary>The labels of a metric, none when nothing has its name; or why that cannot be said.</summary>
internal sealed record MetricLabels(FrozenSet<string> Labels, string? Problem)
{
    public bool IsKnown => Labels.Count > 0;
}

/// <summary>One source: every question to it once, and not too many of them at a time.</summary>
internal sealed class PrometheusSource
{
    /// <summary>How far back a name is looked for: what nothing has had for so long is not known.</summary>
    public static readonly TimeSpan LookBack = TimeSpan.FromDays(7);

    /// <summary>For how long what failed is not asked again: who is down is not asked ten thousand times.</summary>
    public static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    private const int MostNumbers = 20_000;
    private const int MostBuckets = 5_000;
    private const int MostMetrics = 5_000;

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
        (_numbers, _buckets) = (new(MostNumbers, time), new(MostBuckets, time));
        (_metrics, _ranges) = (new(MostMetrics, time), new(MostBytesOfRanges, time));
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
                wanted, token => _api.QueryAsync(_connection, query, at, token),
                data => new QueryResult(InstantValue.Of(data, at)),
                problem => new QueryResult(new MetricNumber.Wrong(problem)),
                result => result.Number is MetricNumber.Wrong ? AfterFailure : Interval),
            cancellation);

    public Task<BucketsResult> BucketsAsync(string query, DateTimeOffset at, CancellationToken cancellation) =>
        _buckets.GetAsync(
            (query, at.ToUnixTimeMilliseconds()), IsPatient,
            wanted => AskAsync(
                wanted, token => _api.QueryAsync(_connection, query, at, token),
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
                    wanted, token => _api.LabelsAsync(_connection, selection, now - LookBack, now, token),
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
            async wanted =>
            {
                var found = await AskAsync(
                    wanted, token => _api.RangeAsync(_connection, query, (first, last, step), token),
                    data => RangePoints.Of(data, first, last), problem => new RangeResult([], problem),
                    result => result.Problem is not null ? AfterFailure : Interval);
                return found with { Size = found.Value.BytesBeside(query) };
            },
            cancellation);

    private async Task<Found<T>> AskAsync<T>(
        Wanted wanted, Func<CancellationToken, Task<PrometheusAnswer>> ask, Func<JsonElement, T> read,
        Func<string, T> otherwise, Func<T, TimeSpan> goodFor)
    {
        var (answer, none) = await _gate.RunAsync(wanted, ask);
        // Nobody was asked, so nothing is known that another one should be told.
        if (none is not null)
            return new(otherwise(none.Reason), TimeSpan.Zero, IsOnlyForPatient: none.WasPatient);
        var value = answer.Read(read, otherwise);
        return new(value, goodFor(value));
    }
}
