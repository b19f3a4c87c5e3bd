using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using OrleansRelease.Adapters;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Attribution;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Slos;
using OrleansRelease.Core.Specs;
using OrleansRelease.Grains.Inquiries;
using OrleansRelease.Ports.Metrics;
using OrleansRelease.Ports.Storage;
using AdaptersByName = OrleansRelease.Grains.Effects.Adapters;

namespace OrleansRelease.Grains.Tests.Inquiries;

/// <summary>
/// A Prometheus server that has scraped a shop, and the cart and the stock that it calls, for an hour and a half, every
/// 15 seconds: ten requests a second, one of a thousand bad. For forty minutes new versions of the two have had a fifth
/// of these; for eight minutes the cart's has failed, and the shop with it.
/// </summary>
public sealed class WhenARealPrometheusIsAsked : IAsyncLifetime
{
    private const double Allowed = 0.0144;

    private static readonly TimeSpan Scraped = TimeSpan.FromSeconds(15);

    // Past, so that the scrape after it is there.
    private readonly DateTimeOffset _now = new DateTimeOffset(
        DateTimeOffset.UtcNow.Ticks / TimeSpan.TicksPerMinute * TimeSpan.TicksPerMinute, TimeSpan.Zero)
        - TimeSpan.FromMinutes(1);

    private PrivatePrometheus _prometheus = null!;
    private ServiceProvider _adapters = null!;
    private RequestCounts _counts = null!;

    private DateTimeOffset Onset => _now - TimeSpan.FromMinutes(8);

    private DateTimeOffset Step => _now - TimeSpan.FromMinutes(40);

    public async Task InitializeAsync()
    {
        var page = new StringBuilder("# TYPE requests counter\n");
        Counters(page, "shop", "1.0", 10, at => at > Onset ? 180 : 1);
        Counters(page, "cart", "1.0", 8, _ => 1);
        Counters(page, "cart", "2.0", 2, at => at > Onset ? 900 : 1);
        Counters(page, "stock", "1.0", 8, _ => 1);
        Counters(page, "stock", "2.0", 2, _ => 1);
        _prometheus = await PrivatePrometheus.StartAsync(
            new Dictionary<string, string>(), past: page.Append("# EOF\n").ToString());
        _adapters = new ServiceCollection().AddSingleton<IStoreClock>(new MachineClock())
            .AddReleaseAdapters(new AdaptersOptions { DataFolder = Path.GetTempPath() }).BuildServiceProvider();
        _counts = new RequestCounts(
            new CountSources(
                new AdaptersByName([], [], [], _adapters.GetServices<IMetricRanges>(), []), new InquiryOptions(),
                TimeProvider.System),
            _now + Scraped);
    }

    public async Task DisposeAsync()
    {
        await _adapters.DisposeAsync();
        await _prometheus.DisposeAsync();
    }

    [Fact]
    public async Task The_minute_in_which_it_began_and_who_began_it_are_found()
    {
        var shop = await AllAsync("shop");

        Assert.Equal(Onset, ChangePoint.Of(shop, Allowed, _now));
        Assert.Null(ChangePoint.Of(await AllAsync("stock"), Allowed, _now));
        var finding = BlameJudge.Judge(
            new(SlotOf("shop"), Onset, shop), [await SuspectAsync("cart"), await SuspectAsync("stock")], [], _now);
        Assert.Equal(new Judgement.Blame(new(SlotOf("cart"), 2)), finding.Judgement);
        Assert.Equal(Advice.GoBack, finding.Ranked[0].Advice);
    }

    [Fact]
    public async Task Every_minute_is_counted_once_and_before_its_first_request_a_version_has_reached_nobody()
    {
        var (all, its) = (await AllAsync("cart"), await CandidateAsync("cart"));

        Assert.Equal(
            Enumerable.Range(1, 60).Select(minute => _now - TimeSpan.FromMinutes(60 - minute)),
            all.Select(one => one.End));
        Assert.All(all, one => Assert.InRange(one.Requests.Total / (one.Start < Step ? 480 : 600), 0.97, 1.03));
        Assert.All(its.Where(one => one.Start >= Step + TimeSpan.FromMinutes(1)),
            one => Assert.InRange(one.Requests.Total, 115, 125));
        var split = Splits.Of(SeenAt.ItsOwn, all, its)!.Stretches;
        Assert.Equal(0, split.Single(one => one.End == Step).Reached.Total);
        Assert.All(split.Where(one => one.Start >= Onset), one => Assert.InRange(one.Reached.Bad, 100, 115));
    }

    private async Task<Suspect> SuspectAsync(string service) => new(
        new(SlotOf(service), 2), [ServiceName.From("shop"), ServiceName.From(service)], [new ShareStep(Step, 0.2)],
        Splits.Of(SeenAt.ItsOwn, await AllAsync(service), await CandidateAsync(service)));

    private async Task<ImmutableArray<Stretch>> AllAsync(string service) =>
        (await _counts.OfAllAsync(SpecOf(service), SloOf(service), _now - TimeSpan.FromHours(1), default))!.Value;

    private async Task<ImmutableArray<Stretch>> CandidateAsync(string service) => (await _counts.OfCandidateAsync(
        SpecOf(service), SloOf(service), _now - TimeSpan.FromHours(1), default))!.Value;

    private static SlotKey SlotOf(string service) => SlotKey.From($"{service}.lab");

    private RolloutSpec SpecOf(string service) =>
        new Harness.Rollouts(null!).Spec(SlotOf(service), VersionName.From("2.0")) with
        {
            Metrics = new MetricsConnection(MetricsConnection.Prometheus, _prometheus.Url, null, Scraped),
            Slos = [SloOf(service)],
        };

    private static Slo SloOf(string service)
    {
        var which = $"service=\"{service}\",version=\"{{{{version}}}}\"";
        return new(
            "availability", 0.999m, TimeSpan.FromDays(30), "golden/errors",
            new MetricSource.Ratio(
                $"sum(increase(requests_total{{{which},code=\"500\"}}[{{{{window}}}}]))", null,
                $"sum(increase(requests_total{{{which}}}[{{{{window}}}}]))"),
            TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(5), 1);
    }

    // Of every thousand requests so many fail, by the time.
    private void Counters(
        StringBuilder page, string service, string version, int perSecond, Func<DateTimeOffset, int> failing)
    {
        var labels = $"service=\"{service}\",version=\"{version}\"";
        var (good, bad) = (0d, 0d);
        var (ofGood, ofBad) = (new StringBuilder(), new StringBuilder());
        var from = version == "2.0" ? Step : _now - TimeSpan.FromMinutes(90);
        for (var at = from; at <= _now + (Scraped * 2); at += Scraped)
        {
            Line(ofGood, "200", good, at);
            Line(ofBad, "500", bad, at);
            var share = failing(at + Scraped) / 1000d;
            good += perSecond * Scraped.TotalSeconds * (1 - share);
            bad += perSecond * Scraped.TotalSeconds * share;
        }

        page.Append(ofGood).Append(ofBad);

        void Line(StringBuilder lines, string code, double count, DateTimeOffset at) => lines.Append(
            CultureInfo.InvariantCulture,
            $"requests_total{{{labels},code=\"{code}\"}} {count} {at.ToUnixTimeSeconds()}\n");
    }
}
