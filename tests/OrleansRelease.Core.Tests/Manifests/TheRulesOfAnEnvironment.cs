using System.Globalization;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Slos;
using OrleansRelease.Testing;

namespace OrleansRelease.Core.Tests.Manifests;

/// <summary>The rules for Prometheus of all services at once.</summary>
public sealed class TheRulesOfAnEnvironment
{
    private static readonly EnvironmentManifest Production = Samples.Only<EnvironmentManifest>("""
        apiVersion: orleansrelease/v1
        kind: Environment
        metadata: {name: production}
        spec:
          connections:
            target: {memory: {}}
            traffic: {memory: {}}
            metrics: {prometheus: {url: "http://prometheus.example.com"}}
        """);

    private static readonly AnalysisTemplateManifest Signals = Samples.Only<AnalysisTemplateManifest>("""
        apiVersion: orleansrelease/v1
        kind: AnalysisTemplate
        metadata: {name: signals}
        spec:
          args: {job: "{{service}}"}
          metrics:
            - name: errors
              ratio:
                bad: sum(increase(bad{job="{{args.job}}",version="{{version}}"}[{{window}}]))
                total: sum(increase(all{job="{{args.job}}",version="{{version}}"}[{{window}}]))
              max: 5%
            - name: slow
              ratio:
                good: 'sum(increase(fast{job="{{args.job}}",version="{{version}}"}[{{window}}])) # up to 300 ms'
                total: |
                  # all that were answered
                  sum(increase(all{job="{{args.job}}",version="{{version}}"}[{{window}}])) # slow ones too
              max: 10%
            - {name: routed, traffic: errors, max: 5%}
        """);

    // In the order of their groups, which is another one than that of their names.
    private static readonly ServiceManifest[] Shop =
    [
        Service("shop-cart", "slos: [{name: availability, objective: 99%, window: 7d, metric: signals/errors}]"),
        Service("shop",
            "runbook: \"https://git.example.com/{{environment}}.md\", slos: [{name: availability, objective: 99.9%, "
            + "metric: signals/errors}, {name: latency, objective: 99%, metric: signals/slow}]"),
        Service("stock",
            "environments: {production: {slos: [{name: latency, objective: 95%, metric: signals/slow}]}}"),
    ];

    private static readonly ServiceManifest Silent = Service("silent",
        "slos: [{name: availability, objective: 99%, metric: no-such/errors}], environments: {production: {slos: []}}");

    private static readonly ServiceManifest Broken = Service("broken",
        "slos: [{name: availability, objective: 99%, metric: no-such/errors}]");

    [Fact]
    public async Task Are_exactly_those_of_each_service_and_good_ones()
    {
        var all = Written([Shop[1], Silent, Shop[2], Shop[0]]);

        Assert.Equal("groups:\n" + string.Concat(Shop.Select(one => Written([one])["groups:\n".Length..])), all);
        Assert.Equal(all, Written(Shop));
        Assert.Contains("runbook: https://git.example.com/production.md\n", all, StringComparison.Ordinal);
        await AcceptedAsync(all);
    }

    [Fact]
    public async Task Are_none_where_nothing_is_promised()
    {
        Assert.Equal("groups: []\n", Written([Silent]));
        await AcceptedAsync(Written([]));
    }

    [Fact]
    public async Task Leave_out_what_the_router_counts_and_say_so()
    {
        var routed = Service("web", "slos: [{name: availability, objective: 99%, metric: signals/routed}]");

        var all = Written([.. Shop, routed]);

        Assert.Equal(
            "# left out: web.production: signals/routed of the SLO availability is not counted by queries; write an "
            + "SLO of a metric with ratio: {bad: QUERY, total: QUERY}\n" + Written(Shop),
            all);
        await AcceptedAsync(all);
    }

    [Fact]
    public void Are_refused_where_one_of_them_cannot_be_written_yet()
    {
        var refusal = Assert.Single(Refused([.. Shop, Broken]));

        Assert.Equal(RefusalCodes.UnknownTemplate, refusal.Code);
        Assert.StartsWith("broken: there is no AnalysisTemplate no-such", refusal.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Tell_a_bounded_number_of_what_is_wrong()
    {
        var refusals = Refused([.. Many(Broken, 30)]);

        Assert.Equal(21, refusals.Count);
        Assert.Equal("and 10 more like these", refusals[^1].Reason);
    }

    [Fact]
    public void Hide_nothing_that_is_wrong_in_another_way_behind_what_is_told()
    {
        var refusals = Refused([.. Many(Broken, 30), .. TooMany()]);

        Assert.Equal(22, refusals.Count);
        Assert.Equal(
            [(RefusalCodes.UnknownTemplate, "and 10 more like these"),
                (RefusalCodes.BadLimit, "services of production have 2020 objectives")],
            refusals.Skip(20).Select(one => (one.Code, one.Reason)));
    }

    [Theory]
    [InlineData("metrics: {memory: {}}")]
    [InlineData("metrics: {http: {url: \"http://numbers.example.com\"}}")]
    [InlineData("target: {memory: {}}")]
    public void Are_refused_where_prometheus_counts_nothing(string connections)
    {
        var other = Samples.Only<EnvironmentManifest>(
            "apiVersion: orleansrelease/v1\nkind: Environment\nmetadata: {name: production}\n"
            + $"spec: {{connections: {{{connections}}}}}\n");

        var refused = Assert.IsType<RulesFile.Refused>(SloRules.Of(Shop, other, Named, _ => null));

        Assert.Equal(RefusalCodes.NoRules, Assert.Single(refused.All).Code);
    }

    [Fact]
    public void Are_of_a_bounded_number_of_objectives()
    {
        var all = TooMany();

        Assert.InRange(Written([.. all.Skip(1)]).Length, 1, 16 * 1024 * 1024);
        Assert.Equal(RefusalCodes.BadLimit, Assert.Single(Refused(all)).Code);
    }

    // What it has doubts about is wrong as well: two rules with the same name and labels, for one.
    private static async Task AcceptedAsync(string yaml)
    {
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".yaml");
        await File.WriteAllTextAsync(file, yaml);
        var (exit, said) = await Promtool.RunAsync("", "check", "rules", "--lint=all", "--lint-fatal", file);
        Assert.True(exit == 0, said);
        File.Delete(file);
    }

    private static string Written(ServiceManifest[] services) =>
        Assert.IsType<RulesFile.Written>(SloRules.Of(services, Production, Named, _ => null)).Yaml;

    private static IReadOnlyList<Refusal> Refused(ServiceManifest[] services) =>
        Assert.IsType<RulesFile.Refused>(SloRules.Of(services, Production, Named, _ => null)).All;

    private static ServiceManifest[] TooMany()
    {
        var slos = string.Join(", ", Enumerable.Range(0, Slo.Most).Select(i => string.Create(
            CultureInfo.InvariantCulture, $"{{name: slo-{i}, objective: 99%, metric: signals/errors}}")));
        return [.. Many(Service("many", $"slos: [{slos}]"), (SloRules.Most / Slo.Most) + 1)];
    }

    private static IEnumerable<ServiceManifest> Many(ServiceManifest one, int count) =>
        Enumerable.Range(0, count).Select(i => one with
        {
            Metadata = one.Metadata with
            {
                Name = string.Create(CultureInfo.InvariantCulture, $"{one.Metadata.Name}-{i}"),
            },
        });

    private static AnalysisTemplateManifest? Named(string name) => name == "signals" ? Signals : null;

    private static ServiceManifest Service(string name, string more) => Samples.Only<ServiceManifest>(
        $"apiVersion: orleansrelease/v1\nkind: Service\nmetadata: {{name: {name}}}\nspec: {{owner: shop, {more}}}\n");
}
