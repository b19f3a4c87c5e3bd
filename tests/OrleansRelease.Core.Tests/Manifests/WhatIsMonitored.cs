using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Monitors;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Manifests;

public sealed class WhatIsMonitored
{
    private const string Page = "{name: page, monitor: checkout-page, interval: 30s}";

    private const string Least = "url: \"https://{{environment}}.shop.example.com/?v={{version}}\"";

    private const string All =
        $$$"""
        {{{Least}}}
          method: HEAD
          bearer: {env: TOKEN}
          ca: {file: /etc/orel/ca.pem}
          timeout: 2s
          expect: {status: [2xx, 301], within: 800ms, certificateValidFor: 14d}
          nodes: 1
          network: https://status.example.net/
        """;

    [Fact]
    public void Is_resolved_into_all_that_a_server_needs()
    {
        var check = CheckOf(Resolve(All, Page));

        Assert.Equal("https://lab.shop.example.com/?v=2.0%20a", check.Url);
        Assert.Equal(
            ("checkout-page", CheckMethod.Head, new SecretRef("TOKEN", null), new SecretRef(null, "/etc/orel/ca.pem")),
            (check.Name, check.Method, check.Bearer, check.Ca));
        Assert.Equal(
            (TimeSpan.FromSeconds(2), 1, "https://status.example.net/"), (check.Timeout, check.Nodes, check.Network));
        Assert.Equal("2xx or 301, within 800ms, certificate for 2w", check.Expect.Text);
    }

    [Fact]
    public void Has_defaults_for_all_but_its_address()
    {
        var check = CheckOf(Resolve(Least, Page));

        Assert.Equal(
            (CheckMethod.Get, TimeSpan.FromSeconds(5), 2, null),
            (check.Method, check.Timeout, check.Nodes, check.Network));
        Assert.Equal("2xx", check.Expect.Text);
    }

    [Fact]
    public void A_secret_stays_a_reference()
    {
        var spec = Vocabulary.Write(Spec(Resolve(All, Page)));

        Assert.Contains("\"bearer\":{\"env\":\"TOKEN\"}", spec, StringComparison.Ordinal);
    }

    /// <summary>Whatever templates say of queries: twice a request, and what asking another server takes.</summary>
    [Fact]
    public void Takes_as_long_as_its_monitor_says()
    {
        Assert.Equal(TimeSpan.FromSeconds(11), Spec(Resolve(Least, Page)).Background[0].Limits.Timeout);
        Assert.Equal(TimeSpan.FromSeconds(4), Spec(Resolve(All, Page)).Background[0].Limits.Timeout);
    }

    [Theory]
    [InlineData("{name: page, monitor: checkout-page, interval: 10s}", "{}", "takes up to 11s", RefusalCodes.BadLimit)]
    [InlineData(Page, "{page: {max: 5}}", "has no number", RefusalCodes.BadLimit)]
    [InlineData(Page, "{page: {timeout: 5s}}", "says itself how long", RefusalCodes.BadLimit)]
    [InlineData(Page, "{page: {history: {}}}", "needs no past", RefusalCodes.BadLimit)]
    [InlineData(Page, "{page: {compare: {margin: 1%}}}", "counts no requests", RefusalCodes.BadLimit)]
    [InlineData(
        "{name: page, monitor: other}", "{}", "there is no Monitor other", RefusalCodes.UnknownMonitor)]
    public void Is_refused_where_it_would_not_be_checked_as_it_is_said(
        string metric, string different, string reason, string code)
    {
        var refused = Assert.IsType<Resolution.Refused>(Resolve(Least, metric, different));

        Assert.Contains(refused.All, one => one.Code == code && one.Reason.Contains(reason, StringComparison.Ordinal));
    }

    /// <summary>At a share of 5 % it sees the old version mostly: nobody can say when it sees the new one.</summary>
    [Fact]
    public void Bounds_nothing_by_itself()
    {
        var refused = Assert.IsType<Resolution.Refused>(Resolve(Least, Page, others: ""));

        Assert.Equal(RefusalCodes.NoBound, Assert.Single(refused.All).Code);
    }

    [Fact]
    public void Is_shown_with_where_each_value_comes_from()
    {
        var shown = Effective.Of(
            Service("{}"), Lab, name => name == "signals" ? Template(Page) : null, _ => null,
            name => name == "checkout-page" ? Monitor(All) : null).Values;

        Assert.Contains(new("strategy.analysis.signals.page.monitor.name", "checkout-page", "template signals"), shown);
        Assert.Contains(
            new("strategy.analysis.signals.page.monitor.bearer.env", "TOKEN", "monitor checkout-page"), shown);
        Assert.Contains(
            new("strategy.analysis.signals.page.monitor.expect.status", "2xx, 301", "monitor checkout-page"), shown);
        Assert.Contains(new("strategy.analysis.signals.page.timeout", "4s", "monitor checkout-page"), shown);
    }

    [Fact]
    public void A_template_can_be_tried_without_it()
    {
        var (metrics, refusals) = TemplateMetrics.Of(Template(Page));

        Assert.Empty(refusals);
        Assert.Equal(new MetricSource.Monitor("checkout-page"), metrics[0].Source);
    }

    private static readonly EnvironmentManifest Lab = Samples.Only<EnvironmentManifest>("""
        apiVersion: orleansrelease/v1
        kind: Environment
        metadata: {name: lab}
        spec:
          connections: {target: {memory: {}}, traffic: {memory: {}}}

        """);

    private static Resolution Resolve(
        string monitor, string metric, string different = "{}",
        string others = ", {name: errors, traffic: errors, max: 5%}") => RolloutSpecs.Resolve(
            Service(different), Lab, name => name == "signals" ? Template(metric, others) : null, _ => null,
            VersionName.From("2.0 a"), null, name => name == "checkout-page" ? Monitor(monitor) : null);

    private static AnalysisTemplateManifest Template(
        string metric, string others = ", {name: errors, traffic: errors, max: 5%}") =>
        Samples.Only<AnalysisTemplateManifest>($$$"""
            apiVersion: orleansrelease/v1
            kind: AnalysisTemplate
            metadata: {name: signals}
            spec:
              defaults: {interval: 1m, timeout: 45s}
              metrics: [{{{metric}}}{{{others}}}]

            """);

    private static MonitorManifest Monitor(string spec) => Samples.Only<MonitorManifest>($$$"""
        apiVersion: orleansrelease/v1
        kind: Monitor
        metadata: {name: checkout-page}
        spec:
          {{{spec}}}

        """);

    private static ServiceManifest Service(string different) => Samples.Only<ServiceManifest>($$$"""
        apiVersion: orleansrelease/v1
        kind: Service
        metadata: {name: shop}
        spec:
          workload: {process: {command: [run]}}
          strategy:
            canary:
              analysis: [{template: signals, metrics: {{{different}}}}]

        """);

    private static RolloutSpec Spec(Resolution resolution) => resolution is Resolution.Refused refused
        ? throw new InvalidOperationException(refused.Refusal.Reason)
        : ((Resolution.Resolved)resolution).Spec;

    private static MonitorCheck CheckOf(Resolution resolution) =>
        Assert.IsType<MetricSource.Monitor>(Spec(resolution).Background[0].Source).Check!;
}
