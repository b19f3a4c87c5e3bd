using OrleansRelease.Adapters.Metrics.Prometheus;
using OrleansRelease.Adapters.Outgoing;
using OrleansRelease.Adapters.Resilience;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Specs;
using OrleansRelease.Ports.Metrics;

namespace OrleansRelease.Adapters.Tests.Metrics.Prometheus;

/// <summary>The adapter and one connection, to a scripted source or a real one.</summary>
internal sealed class Rig : IDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly OutgoingHttp _http = new(new MachineClock());

    public Rig(Uri url, TimeProvider? time = null, int maxConcurrent = 8, TimeSpan? scrapeInterval = null)
    {
        Metrics = new PrometheusMetrics(
            _http, new Pipelines(time ?? TimeProvider.System), time ?? TimeProvider.System);
        Connection = new MetricsConnection(
            MetricsConnection.Prometheus, url, null, scrapeInterval ?? TimeSpan.FromSeconds(15),
            MaxConcurrent: maxConcurrent);
    }

    public PrometheusMetrics Metrics { get; }

    public MetricsConnection Connection { get; set; }

    public static Window WindowAt(DateTimeOffset end) => new(0, end - TimeSpan.FromMinutes(1), end);

    public Task<Reading> ReadAsync(
        MetricSource source, Window? window = null, TimeSpan? timeout = null,
        CancellationToken cancellation = default) =>
        Metrics.ReadAsync(
            new MetricsQuery(Connection, source, window ?? WindowAt(Start), timeout ?? TimeSpan.FromSeconds(30)),
            cancellation);

    public Task<Reading> QueryAsync(string query, Window? window = null, TimeSpan? timeout = null) =>
        ReadAsync(new MetricSource.Query(query), window, timeout);

    /// <summary>A minute in steps of half a minute, for somebody who can wait.</summary>
    public Task<RangeReading> PatientAsync(string query) => RangeAsync(query, isPatient: true);

    /// <summary>The same, or another stretch of time.</summary>
    public Task<RangeReading> RangeAsync(
        string query, Window? window = null, TimeSpan? step = null, bool isPatient = false) =>
        Metrics.ReadRangeAsync(
            new(
                Connection, query, window ?? WindowAt(Start), step ?? TimeSpan.FromSeconds(30),
                TimeSpan.FromMinutes(5), isPatient),
            default);

    public async Task<string> ErrorAsync(string query) =>
        Assert.IsType<Reading.Error>(await QueryAsync(query)).Reason;

    public async Task<string> NoDataAsync(string query) =>
        Assert.IsType<Reading.NoData>(await QueryAsync(query)).Reason;

    public void Dispose() => _http.Dispose();
}
