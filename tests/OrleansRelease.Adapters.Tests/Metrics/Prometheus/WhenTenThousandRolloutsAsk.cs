using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Analysis.Seasonal;
using OrleansRelease.Core.Slos;
using OrleansRelease.Ports.Metrics;

namespace OrleansRelease.Adapters.Tests.Metrics.Prometheus;

/// <summary>
/// Whatever a rollout asks a source, of a hundred services that each move in a hundred places at once: by the same
/// queries, over windows that end all over an interval.
/// </summary>
public sealed class WhenTenThousandRolloutsAsk : IAsyncLifetime
{
    private const int Rollouts = 10_000;
    private const int Services = 100;
    private const int Days = 7;
    private const int Places = 8;

    /// <summary>
    /// The candidate's and the stable version's bad and total, the buckets of both, a number, the same two counts in
    /// tiles of the candidate and of all versions, and the past.
    /// </summary>
    private const int QueriesOfService = 4 + 2 + 1 + 4 + 1;

    /// <summary>Where the candidate has nothing bad: is it scraped, is a sample there, was there one.</summary>
    private const int LooksOfAbsent = 3;

    private static readonly TimeSpan ScrapeInterval = TimeSpan.FromSeconds(15);

    private readonly PatientTime _time = new(Rig.Start.AddMinutes(1));
    private readonly Lock _lock = new();
    private ScriptedPrometheus _source = null!;
    private Rig _rig = null!;
    private int _onTheirWay;
    private int _mostAtOnce;

    public async Task InitializeAsync()
    {
        _source = await ScriptedPrometheus.StartAsync();
        _rig = new Rig(_source.Url, _time, Places);
        _source.Before = async _ =>
        {
            var here = Interlocked.Increment(ref _onTheirWay);
            lock (_lock) _mostAtOnce = Math.Max(_mostAtOnce, here);
            await Task.Yield();
            Interlocked.Decrement(ref _onTheirWay);
        };
        foreach (var service in Enumerable.Range(0, Services)) Script(service);
    }

    public async Task DisposeAsync()
    {
        _rig.Dispose();
        await _source.DisposeAsync();
    }

    [Fact]
    public async Task Each_query_of_any_kind_is_sent_once_in_an_interval_and_a_few_are_at_a_time()
    {
        for (var interval = 0; interval < 3; interval++)
        {
            var before = _source.Asked.Count;
            // The second half comes when the answers have been there for a while.
            await AllAskAsync(interval, Enumerable.Range(0, Rollouts / 2));
            _time.Advance(ScrapeInterval / 2);
            await AllAskAsync(interval, Enumerable.Range(Rollouts / 2, Rollouts / 2));
            _time.Advance(ScrapeInterval / 2);

            var sent = _source.Asked.Skip(before).ToList();
            // What labels a metric has is known for longer.
            var looks = Services / 10 * (interval == 0 ? LooksOfAbsent + 1 : LooksOfAbsent);
            Assert.Equal(sent.Count, sent.Distinct().Count());
            Assert.Equal((Services * QueriesOfService) + looks, sent.Count);
        }

        Assert.InRange(_mostAtOnce, 1, Places);
    }

    private Task AllAskAsync(int interval, IEnumerable<int> rollouts) => Task.WhenAll(rollouts.Select(rollout =>
        Task.Run(() => AskAsync(
            rollout % Services, Rig.Start + (ScrapeInterval * (interval + ((rollout + 1.0) / Rollouts)))))));

    private async Task AskAsync(int service, DateTimeOffset end)
    {
        var burns = Task.WhenAll(BurnAsync(service, "version=\"2\"", end), BurnAsync(service, "version=~\".+\"", end));
        var past = _rig.RangeAsync(Memory(service), PastBefore(end), Season.StepOf(Days));
        var readings = await Task.WhenAll(
            _rig.ReadAsync(Errors(service, 2), Rig.WindowAt(end)),
            _rig.ReadAsync(Errors(service, 1), Rig.WindowAt(end)),
            _rig.ReadAsync(new MetricSource.Query(Memory(service)), Rig.WindowAt(end)),
            _rig.ReadAsync(Latencies(service, 2), Rig.WindowAt(end)),
            _rig.ReadAsync(Latencies(service, 1), Rig.WindowAt(end)));

        Assert.Equal(new Reading.Counts(BadOf(service), 1_000 + service), readings[0]);
        Assert.Equal(new Reading.Counts(1, 9_000), readings[1]);
        Assert.Equal(new Reading.Value(service), readings[2]);
        Assert.Equal(2_000 + service, Assert.IsType<Reading.Buckets>(readings[3]).Latencies.Total);
        Assert.Equal(1_000 + service, Assert.IsType<Reading.Buckets>(readings[4]).Latencies.Total);
        await burns;
        Assert.Equal(((Days * 24) + 3) * 4, Assert.IsType<RangeReading.Points>(await past).All.Length);
    }

    // As burns are: both counts one after the other, of the newest tile and the two before it.
    private async Task BurnAsync(int service, string versions, DateTimeOffset end)
    {
        var tiles = new Window(0, end - (BurnOf.Tile * 3), end);
        foreach (var metric in (string[])["requests", "errors"])
        {
            var reading = await _rig.RangeAsync(
                $"sum(increase({metric}{{job=\"s{service}\",{versions}}}[{BurnOf.TileLength}]))", tiles, BurnOf.Tile,
                isPatient: true);
            Assert.Equal(3, Assert.IsType<RangeReading.Points>(reading).All.Length);
        }
    }

    private static Window PastBefore(DateTimeOffset began)
    {
        var (start, end) = Season.Stretch(Days, began);
        return new Window(0, start, end);
    }

    private void Script(int service)
    {
        var of = $"job=\"s{service}\"";
        if (BadOf(service) > 0) _source.Numbers[Increase("errors", service, 2, "60s")] = $"{BadOf(service)}";
        _source.Numbers[Increase("requests", service, 2, "60s")] = $"{1_000 + service}";
        _source.Numbers[Increase("errors", service, 1, "60s")] = "1";
        _source.Numbers[Increase("requests", service, 1, "60s")] = "9000";
        _source.Numbers[Memory(service)] = $"{service}";
        _source.Numbers[$"max(up{{{of}}})"] = "1";
        _source.Labels[$"errors{{{of}}}"] = ["__name__", "job", "version"];
        foreach (var version in (int[])[1, 2])
            _source.Buckets[Buckets(service, version, "60s")] = $"{(version * 1_000) + service}";
    }

    private static int BadOf(int service) => service % 10;

    private static MetricSource.Ratio Errors(int service, int version) => new(
        Increase("errors", service, version, "{{window}}"), null,
        Increase("requests", service, version, "{{window}}"));

    private static MetricSource.Histogram Latencies(int service, int version) =>
        new(Buckets(service, version, "{{window}}"));

    private static string Memory(int service) => $"sum(memory{{job=\"s{service}\"}})";

    private static string Buckets(int service, int version, string window) =>
        $"sum by (le) (increase(d_bucket{{job=\"s{service}\",version=\"{version}\"}}[{window}]))";

    private static string Increase(string metric, int service, int version, string window) =>
        $"sum(increase({metric}{{job=\"s{service}\",version=\"{version}\"}}[{window}]))";
}
