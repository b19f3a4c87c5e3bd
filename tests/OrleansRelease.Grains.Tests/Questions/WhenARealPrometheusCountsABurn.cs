using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using OrleansRelease.Adapters;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slos;
using OrleansRelease.Core.Specs;
using OrleansRelease.Grains.Questions;
using OrleansRelease.Ports.Metrics;
using OrleansRelease.Ports.Storage;
using AdaptersByName = OrleansRelease.Grains.Effects.Adapters;

namespace OrleansRelease.Grains.Tests.Questions;

/// <summary>
/// A Prometheus server that knows the last ten hours of five services, each 10 requests a second to 1.0, and for two
/// hours one a second to 2.0. An objective of 99.9 % over 30 days.
/// </summary>
public sealed class WhenARealPrometheusCountsABurn : IAsyncLifetime
{
    private static readonly TimeSpan Scraped = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    // On the clock's five minutes, as a window may be; and past, so that nothing is missing yet.
    private readonly DateTimeOffset _now = new(
        DateTimeOffset.UtcNow.Ticks / BurnOf.Tile.Ticks * BurnOf.Tile.Ticks, TimeSpan.Zero);

    private PrivatePrometheus _prometheus = null!;
    private ServiceProvider _adapters = null!;

    private DateTimeOffset Since => _now - (Hour * 2);

    public async Task InitializeAsync()
    {
        _prometheus = await PrivatePrometheus.StartAsync(new Dictionary<string, string>(), past: Past());
        _adapters = new ServiceCollection().AddSingleton<IStoreClock>(new MachineClock())
            .AddReleaseAdapters(new AdaptersOptions { DataFolder = Path.GetTempPath() }).BuildServiceProvider();
    }

    public async Task DisposeAsync()
    {
        await _adapters.DisposeAsync();
        await _prometheus.DisposeAsync();
    }

    [Fact]
    public async Task A_candidate_that_spends_its_budget_is_convicted_and_one_that_keeps_it_is_not()
    {
        var (failing, good) = (await LooksAsync("failing", BurnScope.Candidate),
            await LooksAsync("good", BurnScope.Candidate));

        // 2 % of 300 requests in each tile: of ten minutes it may be chance, of half an hour it is none.
        Assert.Equal(Verdict.Inconclusive, failing[1].Verdict);
        Assert.Equal(Verdict.Fail, failing[5].Verdict);
        Assert.InRange(failing[5].Pairs[0].LongWindow.Total, 6 * 300 * 0.97, 6 * 300 * 1.03);
        Assert.InRange(failing[^1].Pairs[0].LongWindow.Burn!.Value, 19.5, 20.5);
        Assert.All(good[2..], look => Assert.Equal(Verdict.Pass, look.Verdict));
        Assert.Equal(TimeSpan.FromHours(2), good[^1].Pairs[^1].LongWindow.Covered);
    }

    [Fact]
    public async Task Who_harms_others_is_convicted_by_all_requests_and_by_its_own_is_not()
    {
        Assert.All(
            await LooksAsync("harmful", BurnScope.Candidate), look => Assert.NotEqual(Verdict.Fail, look.Verdict));
        var whole = await LooksAsync("harmful", BurnScope.Whole);

        Assert.Equal(Verdict.Fail, whole[^1].Verdict);
        Assert.False(whole[^1].Pairs[0].BurnedBefore);
        Assert.Equal(TimeSpan.FromHours(6), whole[^1].Pairs[^1].LongWindow.Covered);
        Assert.InRange(whole[^1].Pairs[0].LongWindow.Total, 11 * 3600 * 0.99, 11 * 3600 * 1.01);
    }

    [Fact]
    public async Task What_puts_an_incident_out_is_not_taken_back_by_it()
    {
        var looks = await LooksAsync("mended", BurnScope.Whole);

        Assert.True(looks[0].Pairs[^1].BurnedBefore);
        Assert.All(looks, look => Assert.Equal(Verdict.Pass, look.Verdict));
    }

    [Fact]
    public async Task Without_a_bad_request_ever_there_is_none_and_that_is_known()
    {
        var looks = await LooksAsync("spotless", BurnScope.Whole);

        Assert.All(looks, look => Assert.Equal((Verdict.Pass, 0), (look.Verdict, look.Pairs[0].LongWindow.Bad)));
    }

    private async Task<List<BurnVerdict>> LooksAsync(string service, BurnScope scope)
    {
        var reader = new BurnReader(
            new AdaptersByName([], [], [], _adapters.GetServices<IMetricRanges>(), []), TimeProvider.System);
        var spec = SpecOf(service);
        var metric = spec.Burns.Single(one => one.Burn!.Scope == scope);
        var looks = new List<BurnVerdict>();
        for (var look = 0; Since + (BurnOf.Tile * (look + 1)) <= _now; look++)
        {
            var window = new Window(look, Since + (BurnOf.Tile * look), Since + (BurnOf.Tile * (look + 1)));
            var measured = await reader.MeasureAsync(
                new Asked(RolloutId.From($"{service}.lab.1"), spec, null, null, new Core.Rollouts.Questions([], false)),
                new MetricQuestion(metric.Name, metric, window), metric.Burn!, default);
            Assert.True(measured.Burn.HasValue, $"{window}: {measured.Reading}");
            looks.Add(RolloutBurn.Judge(metric.Burn!, measured.Burn.Value));
        }

        return looks;
    }

    private RolloutSpec SpecOf(string service)
    {
        var which = $"service=\"{service}\",version=\"{{{{version}}}}\"";
        var slo = new Slo(
            "availability", 0.999m, TimeSpan.FromDays(30), "golden/errors",
            new MetricSource.Ratio(
                $"sum(increase(requests_total{{{which},code=\"500\"}}[{{{{window}}}}]))", null,
                $"sum(increase(requests_total{{{which}}}[{{{{window}}}}]))"),
            TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(5), 1);
        return new Harness.Rollouts(null!).Spec(SlotKey.From($"{service}.lab"), VersionName.From("2.0")) with
        {
            Metrics = new MetricsConnection(MetricsConnection.Prometheus, _prometheus.Url, null, Scraped),
            Slos = [slo],
        };
    }

    /// <summary>Counters of ten hours, as a server that scrapes four times a minute has them.</summary>
    private string Past()
    {
        var page = new StringBuilder("# TYPE requests counter\n");
        // Of every thousand requests, by the time: what the old version and the candidate fail.
        (string Service, Func<DateTimeOffset, int> Old, Func<DateTimeOffset, int> New)[] services =
        [
            ("failing", _ => 0, _ => 20), ("good", _ => 0, at => at == Since + (Hour / 2) ? 33 : 0),
            ("harmful", at => at > Since ? 30 : 0, _ => 0), ("spotless", _ => 0, _ => 0),
            ("mended", at => at > Since - (Hour * 3) && at <= Since - TimeSpan.FromMinutes(10) ? 200 : 0, _ => 0),
        ];
        foreach (var (service, old, @new) in services)
        {
            Counters(page, $"service=\"{service}\",version=\"1.0\"", _now - (Hour * 10), 10, old);
            Counters(page, $"service=\"{service}\",version=\"2.0\"", Since, 1, @new);
        }

        return page.Append("# EOF\n").ToString();
    }

    // One sample of a series after the other, as the format wants it: bad ones of the share, from the first on.
    private void Counters(
        StringBuilder page, string labels, DateTimeOffset from, int perSecond, Func<DateTimeOffset, int> failing)
    {
        var (good, bad) = (0d, 0d);
        var (ofGood, ofBad) = (new StringBuilder(), new StringBuilder());
        for (var at = from; at <= _now; at += Scraped)
        {
            if (at > from)
            {
                var share = failing(at) / 1000d;
                good += perSecond * Scraped.TotalSeconds * (1 - share);
                bad += perSecond * Scraped.TotalSeconds * share;
            }

            Line(ofGood, "200", good, at);
            if (bad > 0 || !labels.Contains("spotless", StringComparison.Ordinal)) Line(ofBad, "500", bad, at);
        }

        page.Append(ofGood).Append(ofBad);

        void Line(StringBuilder lines, string code, double count, DateTimeOffset at) => lines.Append(
            CultureInfo.InvariantCulture,
            $"requests_total{{{labels},code=\"{code}\"}} {count} {at.ToUnixTimeSeconds()}\n");
    }
}
