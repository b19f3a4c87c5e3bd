using System.Collections.Frozen;
using System.Text.Json;
using OrleansRelease.Core.Analysis.Sequential;
using OrleansRelease.Core.PromQl;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Adapters.Metrics.Prometheus;

/// <summary>What a query gave: a number or what stands for it, or nothing, when no series is there.</summary>
internal sealed record QueryResult(MetricNumber? Number);

/// <summary>The buckets that a query gave, or why it gave none; neither when no series is there.</summary>
internal sealed record BucketsResult(Histogram? Latencies, string? Problem);

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

    /// <summary>Of those that nothing waits for fewer answers are kept.</summary>
    private const int PatientShare = 10;

    private static readonly TimeSpan KnownFor = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan UnknownFor = TimeSpan.FromSeconds(30);

    private readonly MetricsConnection _connection;
    private readonly PrometheusApi _api;
    private readonly TimeProvider _time;
    private readonly Shared<(string Query, long Milliseconds), QueryResult> _numbers;
    private readonly Shared<(string Query, long Milliseconds), BucketsResult> _buckets;
    private readonly Shared<string, MetricLabels> _metrics;
    private readonly Gate _gate;

    public PrometheusSource(MetricsConnection connection, PrometheusApi api, TimeProvider time)
        : this(connection, api, time, new Gate(connection.MaxConcurrent ?? int.MaxValue, time), isPatient: false) =>
        Patient = new PrometheusSource(connection, api, time, _gate, isPatient: true);

    private PrometheusSource(
        MetricsConnection connection, PrometheusApi api, TimeProvider time, Gate gate, bool isPatient)
    {
        (_connection, _api, _time, _gate) = (connection, api, time, gate);
        (IsPatient, Patient) = (isPatient, this);
        var share = isPatient ? PatientShare : 1;
        _numbers = new(
            MostNumbers / share, result => result.Number is MetricNumber.Wrong ? AfterFailure : Interval, time);
        _buckets = new(
            MostBuckets / share, result => result.Problem is not null ? AfterFailure : Interval, time);
        _metrics = new(
            MostMetrics / share,
            metric => metric.Problem is not null ? AfterFailure : metric.IsKnown ? KnownFor : UnknownFor, time);
    }

    /// <summary>
    /// The same source for those that nothing waits for. What it is asked for them is theirs alone: whoever shared it
    /// would wait as patiently.
    /// </summary>
    public PrometheusSource Patient { get; }

    public bool IsPatient { get; }

    public string? Crowd => _gate.Crowd(IsPatient);

    private TimeSpan Interval => _connection.Delay > AfterFailure ? _connection.Delay : AfterFailure;

    public Task<QueryResult> NumberAsync(string query, DateTimeOffset at, CancellationToken cancellation) =>
        _numbers.GetAsync((query, at.ToUnixTimeMilliseconds()), async token =>
        {
            var answer = await AskAsync(inner => _api.QueryAsync(_connection, query, at, inner), token);
            return new QueryResult(answer.Read(
                data => InstantValue.Of(data, at), problem => new MetricNumber.Wrong(problem)));
        }, cancellation);

    public Task<BucketsResult> BucketsAsync(string query, DateTimeOffset at, CancellationToken cancellation) =>
        _buckets.GetAsync((query, at.ToUnixTimeMilliseconds()), async token =>
        {
            var answer = await AskAsync(inner => _api.QueryAsync(_connection, query, at, inner), token);
            return answer.Read(data => InstantBuckets.Of(data, at), problem => new BucketsResult(null, problem));
        }, cancellation);

    /// <summary>The labels of a metric as these targets have it.</summary>
    public Task<MetricLabels> LabelsAsync(
        string metric, IEnumerable<LabelMatcher> targets, CancellationToken cancellation)
    {
        var selection = QuerySelector.Named(metric, targets);
        return _metrics.GetAsync(selection, async token =>
        {
            var now = _time.GetUtcNow();
            var answer = await AskAsync(
                inner => _api.LabelsAsync(_connection, selection, now - LookBack, now, inner), token);
            return answer.Read(
                data => data.ValueKind == JsonValueKind.Array
                    ? new MetricLabels(data.EnumerateArray().Select(label => label.ToString()).ToFrozenSet(), null)
                    : new MetricLabels([], "the answer has no list of labels"),
                problem => new MetricLabels([], problem));
        }, cancellation);
    }

    public Task<PrometheusAnswer> RangeAsync(
        string query, DateTimeOffset first, DateTimeOffset last, TimeSpan step, CancellationToken cancellation) =>
        AskAsync(inner => _api.RangeAsync(_connection, query, (first, last, step), inner), cancellation);

    private async Task<PrometheusAnswer> AskAsync(
        Func<CancellationToken, Task<PrometheusAnswer>> ask, CancellationToken cancellation)
    {
        var (answer, full) = await _gate.RunAsync(IsPatient, ask, cancellation);
        return full is null ? answer : PrometheusAnswer.No(full);
    }
}
