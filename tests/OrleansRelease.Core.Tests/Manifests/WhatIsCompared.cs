using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Manifests;

public sealed class WhatIsCompared
{
    private const string Ratio = "ratio: {bad: \"b?{{version}}\", total: \"t?{{args.who}}\"}";

    [Theory]
    [InlineData("compare: {to: stable, margin: 0.5%}", "{}", 0.005)]
    [InlineData("compare: {margin: 0.5%}", "{compare: {margin: 2%}}", 0.02)]
    [InlineData("compare: {margin: 0.5%}", "{compare: {to: stable}}", 0.005)]
    [InlineData("compare: {to: stable}", "{compare: {margin: 0%}}", 0)]
    public void Has_the_margin_that_is_said_nearest_to_its_use(string compare, string different, double margin)
    {
        var metric = Metric(Resolve($"{Ratio}, {compare}", different));

        Assert.Equal(margin, metric.Compare!.Margin);
        Assert.Equal(1, Spec(Resolve($"{Ratio}, {compare}", different)).Compared);
    }

    [Theory]
    [InlineData(Ratio + ", compare: {to: stable}", "nobody says how much worse it may be")]
    [InlineData("ratio: {bad: b, total: \"t?{{version}}\"}, compare: {margin: 1%}", "asks the same of both versions")]
    public void Is_refused_where_it_would_say_nothing(string metric, string reason)
    {
        var refused = Assert.IsType<Resolution.Refused>(Resolve(metric, "{}"));

        Assert.Equal(RefusalCodes.BadLimit, refused.Refusal.Code);
        Assert.Contains(reason, refused.Refusal.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Is_refused_where_its_use_compares_what_counts_no_requests()
    {
        var refused = Assert.IsType<Resolution.Refused>(Resolve("query: \"q?{{version}}\"", "{compare: {margin: 1%}}"));

        Assert.Contains("counts no requests", refused.Refusal.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_what_counts_requests_a_most_of_bad_ones_stands_beside_a_least_of_good_ones()
    {
        var metric = Metric(Resolve($"{Ratio}, min: 97%", "{}"));

        Assert.Equal(new Thresholds(0.05, 0.97, null), metric.Thresholds);
    }

    [Fact]
    public void The_stable_version_is_filled_in_as_the_new_one_is()
    {
        var spec = Spec(Resolve($"{Ratio}, compare: {{margin: 1%}}", "{}"));

        var (source, problem) = ComparedSource.Of(spec.Background[0].Compare!, spec, VersionName.From("1.0 a"));

        Assert.Equal((new MetricSource.Ratio("b?1.0%20a", null, "t?shop-1.0%20a"), null), (source, problem));
        Assert.Equal(new MetricSource.Ratio("b?2.0", null, "t?shop-2.0"), spec.Background[0].Source);
    }

    private const string Latencies = "histogram: 'sum by (le) (d_bucket{v=\"{{version}}\"}[{{window}}])'";

    [Fact]
    public void A_histogram_is_compared_in_seconds_by_what_is_asked_for_both_versions()
    {
        var spec = Spec(Latency($"name: latency, {Latencies}, compare: {{margin: 1%}}"));
        var metric = spec.Background[0];

        Assert.Equal((Unit.Seconds, 0.01, 10), (metric.Unit, metric.Compare!.Margin, metric.Limits.MinSamples));
        Assert.Equal(new MetricSource.Histogram("sum by (le) (d_bucket{v=\"2.0\"}[{{window}}])"), metric.Source);
        Assert.Equal(
            (new MetricSource.Histogram("sum by (le) (d_bucket{v=\"1.0\"}[{{window}}])"), null),
            ComparedSource.Of(metric.Compare, spec, VersionName.From("1.0")));
    }

    [Theory]
    [InlineData(Latencies, "is not compared")]
    [InlineData("histogram: d_bucket, compare: {margin: 1%}", "asks the same of both versions")]
    public void A_histogram_that_would_say_nothing_is_refused(string metric, string reason)
    {
        var refused = Assert.IsType<Resolution.Refused>(Latency($"name: latency, {metric}"));

        Assert.Contains(reason, refused.Refusal.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_histogram_has_no_limit_where_it_is_used_and_no_source_of_JSON()
    {
        var limited = Assert.IsType<Resolution.Refused>(
            Latency($"name: latency, {Latencies}, compare: {{margin: 1%}}", "{latency: {max: 800ms}}"));
        var json = Assert.IsType<Resolution.Refused>(
            Latency($"name: latency, {Latencies}, compare: {{margin: 1%}}", source: "http: {url: \"http://n\"}"));

        Assert.Contains("has no limits of its own", limited.Refusal.Reason, StringComparison.Ordinal);
        Assert.Contains("source of metrics has none", json.Refusal.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_histogram_has_no_past_where_it_is_used_either()
    {
        var refused = Assert.IsType<Resolution.Refused>(
            Latency($"name: latency, {Latencies}", "{latency: {history: {}}}"));

        Assert.Contains(
            "is a histogram, and is compared with the stable version alone", refused.Refusal.Reason,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Three_histograms_are_too_many()
    {
        var three = string.Join("}, {", Enumerable.Range(1, 3).Select(n =>
            $"name: l{n}, {Latencies}, compare: {{margin: 1%}}"));

        Assert.Contains(
            "3 histograms are compared", Assert.IsType<Resolution.Refused>(Latency(three)).Refusal.Reason,
            StringComparison.Ordinal);
    }

    // Beside a ratio with a limit, of a source of metrics that has histograms.
    private static Resolution Latency(
        string metrics, string different = "{}", string source = "prometheus: {url: \"http://numbers\"}") =>
        Resolved(
            $"[{{{metrics}}}, {{name: errors, traffic: errors, max: 5%}}]",
            $"[{{template: signals, metrics: {different}}}]", source);

    private static MetricSpec Metric(Resolution resolution) => Spec(resolution).Background[0];

    private static RolloutSpec Spec(Resolution resolution) => resolution is Resolution.Refused refused
        ? throw new InvalidOperationException(refused.Refusal.Reason)
        : ((Resolution.Resolved)resolution).Spec;

    private static Resolution Resolve(string metric, string different) => Resolved(
        $"[{{name: errors, max: 5%, unit: ratio, {metric}}}]",
        $"[{{template: signals, metrics: {{errors: {different}}}}}]", "http: {url: \"http://numbers\"}");

    private static Resolution Resolved(string metrics, string uses, string source)
    {
        var template = Samples.Only<AnalysisTemplateManifest>($$$"""
            apiVersion: orleansrelease/v1
            kind: AnalysisTemplate
            metadata: {name: signals}
            spec:
              args: {who: "{{service}}-{{version}}"}
              metrics: {{{metrics}}}

            """);
        return RolloutSpecs.Resolve(
            Samples.Only<ServiceManifest>($$$"""
                apiVersion: orleansrelease/v1
                kind: Service
                metadata: {name: shop}
                spec:
                  workload: {process: {command: [run]}}
                  strategy:
                    canary:
                      analysis: {{{uses}}}

                """),
            Samples.Only<EnvironmentManifest>($$$"""
                apiVersion: orleansrelease/v1
                kind: Environment
                metadata: {name: lab}
                spec:
                  connections:
                    target: {memory: {}}
                    traffic: {memory: {}}
                    metrics:
                      {{{source}}}

                """),
            name => name == "signals" ? template : null, _ => null, VersionName.From("2.0"), null);
    }
}
