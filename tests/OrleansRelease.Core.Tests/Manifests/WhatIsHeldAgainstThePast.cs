using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Analysis.Seasonal;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Manifests;

namespace OrleansRelease.Core.Tests.Manifests;

public sealed class WhatIsHeldAgainstThePast
{
    private const string Slow = """
        query: 'sum(rate(d{job="{{args.who}}",version="{{version}}"}[{{window}}]))', unit: seconds
        """;

    private const string Ratio = """
        ratio: {bad: 'sum(increase(e{version="{{version}}"}[{{window}}]))',
                  total: 'sum(increase(r{version = "{{version}}"}[{{window}}]))'}
        """;

    private const string Good = """
        ratio: {good: 'increase(g{version="{{version}}"}[{{window}}]) # fast',
                  total: 'increase(r{version="{{version}}"}[{{window}}])'}
        """;

    [Theory]
    [InlineData("history: {}", "{}", 14, 0.3, BadChange.Increase)]
    [InlineData("history: {days: 28, tolerance: 150%, bad: either}", "{}", 28, 1.5, BadChange.Either)]
    [InlineData("history: {days: 7}", "{history: {tolerance: 10%}}", 7, 0.1, BadChange.Increase)]
    [InlineData("history: {bad: either}", "{history: {bad: decrease}}", 14, 0.3, BadChange.Decrease)]
    public void Has_what_is_said_nearest_to_its_use(
        string history, string different, int days, double tolerance, BadChange bad)
    {
        var spec = Metric($"{Slow}, {history}", different).History!;

        Assert.Equal((days, tolerance, bad), (spec.Days, spec.Tolerance, spec.Bad));
    }

    [Theory]
    [InlineData("", "{}", true, false)]
    [InlineData(", dryRun: false", "{}", false, false)]
    [InlineData("", "{dryRun: false}", false, false)]
    [InlineData(", max: 2s", "{}", false, true)]
    [InlineData("", "{max: 2s}", false, true)]
    [InlineData(", max: 2s, dryRun: false", "{}", false, false)]
    [InlineData(", max: 2s", "{dryRun: false}", false, false)]
    [InlineData(", max: 2s, dryRun: false", "{dryRun: true}", true, false)]
    [InlineData(", max: 2s, dryRun: true", "{}", true, false)]
    public void Is_only_shown_unless_somebody_says_otherwise_and_a_limit_beside_it_counts(
        string more, string different, bool dryRun, bool isShown)
    {
        var metric = Metric($"{Slow}, history: {{}}{more}", different);

        Assert.Equal((dryRun, isShown), (metric.DryRun, metric.History!.IsShown));
    }

    [Fact]
    public void Without_a_past_nothing_is_only_shown() => Assert.False(Metric(Slow, "{}").DryRun);

    [Fact]
    public void What_is_effective_shows_the_default_and_that_it_is_built_in()
    {
        var values = Effective.Of(
            Service("{}"), Environment(Prometheus), _ => Template($"{Slow}, history: {{days: 7}}"), _ => null).Values;

        Assert.Contains(new EffectiveValue("strategy.analysis.signals.it.dryRun", "true", "built-in"), values);
        Assert.Contains(
            new EffectiveValue("strategy.analysis.signals.it.history.days", "7", "template signals"), values);
        Assert.Contains(
            new EffectiveValue("strategy.analysis.signals.it.history.tolerance", "30%", "built-in"), values);
        Assert.Contains(new EffectiveValue("strategy.analysis.signals.it.history.bad", "increase", "built-in"), values);
    }

    [Fact]
    public void Beside_a_limit_what_is_effective_shows_that_the_past_never_counts()
    {
        var values = Effective.Of(
            Service("{}"), Environment(Prometheus), _ => Template($"{Slow}, max: 2s, history: {{}}"), _ => null).Values;

        Assert.Contains(new EffectiveValue("strategy.analysis.signals.it.dryRun", "false", "built-in"), values);
        Assert.Contains(new EffectiveValue("strategy.analysis.signals.it.history.dryRun", "true", "built-in"), values);
    }

    [Theory]
    [InlineData(Slow, """sum(rate(d{job="shop",version=~".+"}[1m]))""")]
    [InlineData(Ratio, """
        (sum(sum(increase(e{version=~".+"}[1m]))
        ) or 0 * sum(sum(increase(r{version =~".+"}[1m]))
        )) / sum(sum(increase(r{version =~".+"}[1m]))
        )
        """)]
    [InlineData(Good, """
        1 - sum(increase(g{version=~".+"}[1m]) # fast
        ) / sum(increase(r{version=~".+"}[1m])
        )
        """)]
    [InlineData("query: 'sum(rate(orders[{{window}}]))', unit: perSecond", "sum(rate(orders[1m]))")]
    public void The_past_is_that_of_all_versions_in_windows_of_the_interval(string metric, string asked) =>
        Assert.Equal(asked, Metric($"{metric}, history: {{}}", "{}").History!.Query);

    [Theory]
    [InlineData(Slow, Http, "a source of JSON over HTTP cannot be asked for that")]
    [InlineData("query: 'sum(rate(r{version=\"{{version}}\"}[{{window}}]))', unit: perSecond", Prometheus,
        "counts a part of the requests, and the past is of all of them")]
    [InlineData("query: 'p99{version=~\"{{version}}\"}', unit: seconds", Prometheus,
        "cannot be asked for all versions and for the past")]
    [InlineData("query: 'p99{it=\"{{args.which}}\"}', unit: seconds", Prometheus, "has the version in an argument")]
    [InlineData("query: 'p99 > {{windowStart}}', unit: seconds", Prometheus,
        "cannot be asked for all versions and for the past")]
    public void Is_refused_where_nobody_could_ask_for_it(string metric, string source, string reason)
    {
        var refused = Assert.IsType<Resolution.Refused>(Resolve($"{metric}, history: {{}}", "{}", source));

        Assert.Contains(reason, Assert.Single(refused.All).Reason, StringComparison.Ordinal);
        Assert.NotEqual("", refused.Refusal.Accepted);
    }

    [Fact]
    public void Is_refused_where_its_use_compares_it_too()
    {
        var refused = Assert.IsType<Resolution.Refused>(
            Resolve($"{Ratio}, history: {{}}", "{compare: {margin: 1%}}", Prometheus));

        Assert.Equal(RefusalCodes.BadLimit, refused.Refusal.Code);
        Assert.Contains("with the stable version and with the past", refused.Refusal.Reason, StringComparison.Ordinal);
    }

    private const string Prometheus = "{prometheus: {url: \"http://p\"}}";

    private const string Http = "{http: {url: \"http://n\"}}";

    private static MetricSpec Metric(string metric, string different) =>
        Resolve(metric, different, Prometheus) is Resolution.Resolved resolved
            ? resolved.Spec.Background[0]
            : throw new InvalidOperationException(
                ((Resolution.Refused)Resolve(metric, different, Prometheus)).Refusal.Reason);

    private static Resolution Resolve(string metric, string different, string source)
    {
        var template = Template(metric);
        return RolloutSpecs.Resolve(
            Service(different), Environment(source), name => name == "signals" ? template : null, _ => null,
            VersionName.From("2.0"), null);
    }

    private static AnalysisTemplateManifest Template(string metric) => Samples.Only<AnalysisTemplateManifest>($$$"""
        apiVersion: orleansrelease/v1
        kind: AnalysisTemplate
        metadata: {name: signals}
        spec:
          args: {who: "{{service}}", which: "{{service}}-{{version}}"}
          metrics: [{name: it, {{{metric}}}}]

        """);

    private static ServiceManifest Service(string different) => Samples.Only<ServiceManifest>($$$"""
        apiVersion: orleansrelease/v1
        kind: Service
        metadata: {name: shop}
        spec:
          strategy:
            canary: {analysis: [{template: signals, metrics: {it: {{{different}}}}}, router-errors]}

        """);

    private static EnvironmentManifest Environment(string source) => Samples.Only<EnvironmentManifest>($$$"""
        apiVersion: orleansrelease/v1
        kind: Environment
        metadata: {name: lab}
        spec:
          connections: {target: {memory: {}}, traffic: {memory: {}}, metrics: {{{source}}}}

        """);
}
