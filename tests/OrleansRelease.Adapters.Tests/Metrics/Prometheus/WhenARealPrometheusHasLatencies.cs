using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using OrleansRelease.Core.Analysis;

namespace OrleansRelease.Adapters.Tests.Metrics.Prometheus;

/// <summary>
/// A server that has scraped four versions for half an hour, every 15 seconds: 100 requests a second to 1.0, ten to
/// each of the others. Windows of a minute, as a rollout judges them.
/// </summary>
public sealed class WhenARealPrometheusHasLatencies : IAsyncLifetime
{
    private const int Windows = 20;

    private static readonly string[] Bounds = ["0.05", "0.1", "0.25", "0.5", "1.0", "+Inf"];

    /// <summary>The part of requests within each bound.</summary>
    private static readonly double[] Usual = [0.3, 0.7, 0.95, 0.99, 0.999, 1];

    private static readonly TimeSpan Scraped = TimeSpan.FromSeconds(15);

    private readonly DateTimeOffset _now = new(
        DateTimeOffset.UtcNow.Ticks / TimeSpan.TicksPerMinute * TimeSpan.TicksPerMinute, TimeSpan.Zero);

    private PrivatePrometheus _server = null!;
    private Rig _rig = null!;

    public async Task InitializeAsync()
    {
        var page = new StringBuilder("# TYPE d histogram\n");
        Add(page, "1.0", 100, Usual, Bounds);
        Add(page, "same", 10, Usual, Bounds);
        Add(page, "tail", 10, [0.3, 0.7, 0.95, 0.965, 0.999, 1], Bounds);
        Add(page, "other", 10, Usual, ["0.06", "0.12", "0.3", "0.6", "2.0", "+Inf"]);
        _server = await PrivatePrometheus.StartAsync(
            new Dictionary<string, string>(), past: page.Append("# EOF\n").ToString());
        _rig = new Rig(_server.Url, scrapeInterval: Scraped);
    }

    public async Task DisposeAsync()
    {
        _rig.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_worse_tail_is_convicted_and_the_same_is_not()
    {
        var (tail, same) = (await JudgedAsync("tail"), await JudgedAsync("same"));

        Assert.StartsWith(
            "worse than what is stable: Tail: over 0.5 s 3.5 % against 1 % of requests",
            tail.First(judged => judged.Verdict == Verdict.Fail).Detail, StringComparison.Ordinal);
        Assert.All(same, judged => Assert.Equal(Verdict.Pass, judged.Verdict));
        Assert.Equal("99 of 100 within 500 ms", same[^1].Detail);
        Assert.InRange(same[^1].Samples!.Value, 590, 610);
    }

    [Fact]
    public async Task Other_buckets_than_the_stable_version_has_are_an_error() => Assert.All(
        await JudgedAsync("other"), judged => Assert.Equal(
            (Verdict.Error, "no bound of a bucket is the same in both versions"), (judged.Verdict, judged.Detail)));

    private async Task<List<Judged>> JudgedAsync(string version)
    {
        var metric = new MetricSpec(
            "signals/latency", Of(version), Unit.Seconds, new(null, null, null),
            new(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(5), TimeSpan.Zero, null, 1, 3, 3, 4, null, 10), false,
            new ComparedTo(0.005, Of("1.0"), ImmutableSortedDictionary<string, string>.Empty));
        var tally = Tally.From(_now - TimeSpan.FromMinutes(Windows));
        var all = new List<Judged>();
        for (var number = 0; number < Windows; number++)
        {
            var window = Core.Analysis.Windows.At(metric, tally, number);
            var judged = WindowJudge.Judge(
                metric, tally,
                new(metric.Name, window, await _rig.ReadAsync(metric.Source, window),
                    await _rig.ReadAsync(metric.Compare!.Source, window)),
                undisturbed: true, alike: 1);
            tally = ThresholdJudge.Add(tally, judged);
            all.Add(judged);
        }

        return all;
    }

    private static MetricSource.Histogram Of(string version) =>
        new($"sum by (le) (increase(d_bucket{{version=\"{version}\"}}[{{{{window}}}}]))");

    private void Add(StringBuilder page, string version, int perSecond, double[] within, string[] bounds)
    {
        for (var i = 0; i < bounds.Length; i++)
        {
            for (var at = _now - TimeSpan.FromMinutes(30); at <= _now; at += Scraped)
            {
                var count = (at - (_now - TimeSpan.FromMinutes(30))).TotalSeconds * perSecond * within[i];
                page.Append(
                    CultureInfo.InvariantCulture,
                    $"d_bucket{{version=\"{version}\",le=\"{bounds[i]}\"}} {count:0} {at.ToUnixTimeSeconds()}\n");
            }
        }
    }
}
