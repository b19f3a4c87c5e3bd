using System.Globalization;
using MathNet.Numerics;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Slos;
using OrleansRelease.Core.Tests.Manifests;
using OrleansRelease.Core.Units;
using OrleansRelease.Testing;
using static OrleansRelease.Core.Tests.Slos.Counted;

namespace OrleansRelease.Core.Tests.Slos;

public sealed class TheRulesForPrometheus
{
    /// <summary>
    /// How many series, how long they are, and in which intervals they count: 200 in all. What was recorded of them is
    /// there, so that rules are evaluated at three moments and not at each of thousands; of the last ones nothing is,
    /// and every rule is evaluated at each tile.
    /// </summary>
    private static readonly (int Count, TimeSpan Length, TimeSpan Interval, bool IsRecorded)[] Worlds =
    [
        (70, TimeSpan.FromHours(80), TimeSpan.FromMinutes(5), true),
        (60, TimeSpan.FromHours(26), TimeSpan.FromMinutes(1), true),
        (60, TimeSpan.FromHours(7), TimeSpan.FromMinutes(2), true),
        (10, TimeSpan.FromHours(2), TimeSpan.FromMinutes(5), false),
    ];

    private static SloOf Checkout { get; } = new(
        Core.Identity.SlotKey.From("checkout.production"),
        Availability with
        {
            Source = new MetricSource.Ratio(
                "sum(increase(http_requests_total{job=\"checkout\",version=\"{{version}}\",code=~\"5..\"}"
                    + "[{{window}}]))",
                null,
                "sum(increase(http_requests_total{job=\"checkout\",version=\"{{version}}\"}[{{window}}]))"),
        },
        "payments", "https://git.example.com/checkout/runbook.md");

    [Fact]
    public async Task Come_to_the_verdicts_of_the_judge_on_200_random_series()
    {
        var folder = Directory.CreateTempSubdirectory("orel-slo-rules");
        var seen = new Dictionary<Verdict, int>();
        var files = new List<string>();
        var seed = 0;
        foreach (var (count, length, interval, isRecorded) in Worlds)
        {
            var world = Enumerable.Range(seed, count).Select(one => new RandomSeries(one, interval, length)).ToList();
            files.Add(Write(folder.FullName, world, length, isRecorded, seen));
            seed += count;
        }

        var (exit, said) = await Promtool.RunAsync("", ["test", "rules", .. files]);

        Assert.True(exit == 0, said);
        Assert.Equal(200, seed);
        // Each verdict was at stake: else equal would mean nothing.
        Assert.All(
            [Verdict.Pass, Verdict.NoData, Verdict.Inconclusive, Verdict.Fail],
            verdict => Assert.True(seen.GetValueOrDefault(verdict) >= 10, $"{verdict}: {string.Join(' ', seen)}"));
        folder.Delete(recursive: true);
    }

    /// <summary>
    /// The same series at the same moments and six more: what takes a rollout back is what pages, less what may be
    /// chance. How likely that is, is added up here term by term, and by no function that the judge calls.
    /// </summary>
    [Fact]
    public void Page_where_a_rollout_goes_back_and_where_it_does_not_that_may_be_chance()
    {
        var (back, chance, seed) = (0, 0, 0);
        foreach (var (count, length, interval, _) in Worlds)
        {
            foreach (var one in Enumerable.Range(seed, count).Select(at => new RandomSeries(at, interval, length)))
            {
                var seen = Enumerable.Range(1, 8).Select(part => GoesBack(one, length * part / 8)).ToList();
                back += seen.Count(goes => goes is true);
                chance += seen.Count(goes => goes is false);
            }

            seed += count;
        }

        // Both were at stake.
        Assert.True(back >= 100 && chance >= 10, $"{back} go back, {chance} may be chance");
    }

    // Null: no page.
    private static bool? GoesBack(RandomSeries one, TimeSpan at)
    {
        var pairs = BurnJudge.Measure(one.Of.Slo, one.Tiles, RandomSeries.At(at));
        var paging = BurnJudge.Judge(one.Of.Slo, BurnScope.Candidate, pairs).Verdict;
        var convicting = RolloutBurn.Judge(new BurnOf(one.Of.Slo, BurnScope.Candidate), pairs).Verdict;
        var mayBeChance = pairs.Where(pair => pair.Burns && pair.Pair.Severity == BurnSeverity.Page)
            .All(pair => LogTail(pair.LongWindow, (double)one.Of.Slo.ErrorShare) > Math.Log(RolloutBurn.MostChance));
        Assert.Equal(
            paging == Verdict.Fail && mayBeChance ? Verdict.Inconclusive : paging, convicting);
        return paging == Verdict.Fail ? convicting == Verdict.Fail : null;
    }

    // Of so many bad requests or more: the first term, and each next one by its ratio to the one before.
    private static double LogTail(WindowBurn window, double share)
    {
        var (bad, total) = (Math.Floor(window.Bad), Math.Ceiling(window.Total));
        if (bad <= 0) return 0;
        var first = SpecialFunctions.GammaLn(total + 1) - SpecialFunctions.GammaLn(bad + 1)
            - SpecialFunctions.GammaLn(total - bad + 1) + (bad * Math.Log(share))
            + ((total - bad) * Math.Log(1 - share));
        var (term, sum) = (1.0, 1.0);
        for (var i = bad; i < total && term > 1e-17 * sum; i++)
        {
            term *= (total - i) / (i + 1) * share / (1 - share);
            sum += term;
        }

        return first + Math.Log(sum);
    }

    [Fact]
    public async Task Are_good_rules_and_the_same_whatever_the_order()
    {
        var other = Checkout with { Slo = Checkout.Slo with { Name = "latency", Objective = 0.99m } };
        var written = PrometheusRules.Of([other, Checkout]);

        Assert.Equal(written, PrometheusRules.Of([Checkout, other]));
        Assert.Contains("version=~\".+\",code=~\"5..\"}[1m]", written.Yaml, StringComparison.Ordinal);
        Assert.Contains("[4m59s999ms]", written.Yaml, StringComparison.Ordinal);
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".yaml");
        await File.WriteAllTextAsync(file, written.Yaml);
        var (exit, said) = await Promtool.RunAsync("", "check", "rules", file);
        Assert.True(exit == 0, said);
        File.Delete(file);
    }

    [Theory]
    [InlineData("sum(increase(bad{version!=\"{{version}}\"}[{{window}}]))")]
    [InlineData("sum(increase(bad{version=~\"{{version}}\"}[{{window}}]))")]
    [InlineData("sum(increase(bad[{{window}}] @ {{windowEnd}}))")]
    public void Leave_out_queries_that_cannot_be_asked_of_all_versions(string query)
    {
        var slo = Checkout.Slo with { Name = "other", Source = new MetricSource.Ratio(query, null, "total") };
        Assert.Equal(
            "# left out: checkout.production: a query of golden-signals/errors of the SLO other cannot be asked for "
            + "all versions; write LABEL=\"{{version}}\" and [{{window}}], and neither {{version}} elsewhere nor "
            + "{{windowStart}}\n" + PrometheusRules.Of([Checkout]).Yaml,
            PrometheusRules.Of([Checkout with { Slo = slo }, Checkout]).Yaml);
    }

    [Fact]
    public void Leave_out_what_only_the_router_counts()
    {
        var slo = Checkout with { Slo = Availability with { Source = new MetricSource.Traffic("errors") } };
        Assert.Equal(
            "# left out: checkout.production: golden-signals/errors of the SLO availability is not counted by queries; "
            + "write an SLO of a metric with ratio: {bad: QUERY, total: QUERY}\ngroups: []\n",
            PrometheusRules.Of([slo]).Yaml);
    }

    // As the system exports them: from the manifests of many services at once, and equal to those of the objectives.
    private static string Exported(List<RandomSeries> world)
    {
        var declared = world.SelectMany(one => one.Declared()).ToList();
        var templates = declared.OfType<AnalysisTemplateManifest>().ToDictionary(template => template.Name);
        var written = Assert.IsType<RulesFile.Written>(SloRules.Of(
            declared.OfType<ServiceManifest>(), Samples.Only<EnvironmentManifest>(RandomSeries.Environment),
            templates.GetValueOrDefault, _ => null));
        Assert.Equal(PrometheusRules.Of(world.Select(one => one.Of)), written);
        return written.Yaml;
    }

    private static string Write(
        string folder, List<RandomSeries> world, TimeSpan length, bool isRecorded, Dictionary<Verdict, int> seen)
    {
        var interval = world[0].Tiles.Interval;
        var rules = $"rules-{Path.GetRandomFileName()}.yaml";
        File.WriteAllText(Path.Combine(folder, rules), Exported(world));
        var file = Path.Combine(folder, "test-" + rules);
        File.WriteAllLines(file,
        [
            $"rule_files: [{rules}]",
            $"evaluation_interval: {Duration.Format(isRecorded ? length / 2 : interval)}",
            "tests:",
            $"  - interval: {Duration.Format(interval)}",
            "    input_series:",
            .. world.SelectMany(one => isRecorded ? one.Recorded() : one.Scraped()),
            "    alert_rule_test:",
            .. new[] { length / 2, length }.SelectMany(at => Expected(world, at, seen)),
            "    promql_expr_test:",
            .. world.Where((_, i) => i % 10 == 0).SelectMany(one => Burns(one, length)),
        ]);
        return file;
    }

    private static IEnumerable<string> Expected(
        List<RandomSeries> world, TimeSpan at, Dictionary<Verdict, int> seen)
    {
        var judged = world.Select(one =>
            (one.Of, It: BurnJudge.Judge(one.Of.Slo, BurnScope.Candidate, one.Tiles, RandomSeries.At(at)))).ToList();
        foreach (var (_, it) in judged)
            seen[it.Verdict] = seen.GetValueOrDefault(it.Verdict) + 1;
        return
        [
            .. Alert(PrometheusRules.FastAlert, "page", judged.Where(one => one.It.Verdict == Verdict.Fail)),
            .. Alert(PrometheusRules.SlowAlert, "ticket", judged.Where(one => one.It.Verdict == Verdict.Inconclusive
                || one.It.Pairs.Any(pair => pair.Burns && pair.Pair.Severity == BurnSeverity.Ticket))),
            .. Alert(PrometheusRules.SilentAlert, "ticket", judged.Where(one => one.It.Verdict == Verdict.NoData
                || one.It.Pairs.Any(pair => pair.ShortWindow.Burn is null))),
        ];

        IEnumerable<string> Alert(string name, string severity, IEnumerable<(SloOf Of, BurnVerdict)> firing) =>
        [
            $"      - eval_time: {Duration.Format(at)}",
            $"        alertname: {name}",
            "        exp_alerts:",
            .. firing.SelectMany(one => new[]
            {
                $"          - exp_labels: {{service: {one.Of.Slot.Service}, environment: production, "
                    + $"slo: availability, severity: {severity}}}",
                $"            exp_annotations: {{summary: {Summary(one.Of, name)}}}",
            }),
        ];
    }

    private static string Summary(SloOf of, string alert) =>
        $"\"The error budget of {of.Slot.Service} in production for availability " + alert switch
        {
            PrometheusRules.FastAlert => "is spent so fast that it is gone in days\"",
            PrometheusRules.SlowAlert => "is spent faster than it comes back\"",
            _ => "is not measured: too few requests in 5m\"",
        };

    // Not only on which side of the factor, but the burn itself, to its last digit.
    private static IEnumerable<string> Burns(RandomSeries one, TimeSpan length) =>
        BurnJudge.Judge(one.Of.Slo, BurnScope.Candidate, one.Tiles, RandomSeries.At(length)).Pairs
            .SelectMany(pair => new[] { pair.ShortWindow, pair.LongWindow }).DistinctBy(window => window.Length)
            .SelectMany(window => new[]
            {
                $"      - expr: 'orel:slo_burn:{Duration.Format(window.Length)}{{service=\"{one.Of.Slot.Service}\"}}'",
                $"        eval_time: {Duration.Format(length)}",
                "        exp_samples:",
                window.Burn is not { } burn
                    ? ""
                    : $"          - {{labels: 'orel:slo_burn:{Duration.Format(window.Length)}{{"
                        + $"service=\"{one.Of.Slot.Service}\",environment=\"production\",slo=\"availability\"}}', "
                        + $"value: {burn.ToString("R", CultureInfo.InvariantCulture)}}}",
            });
}
