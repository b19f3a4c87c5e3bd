using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Slos;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Manifests;

public sealed class WhatServicesPromise
{
    private const string Slos =
        "[{name: availability, objective: 99.9%, metric: signals/errors},"
        + " {name: latency, objective: 99.00%, window: 4w, metric: signals/slow, budgeting: occurrences}]";

    private static readonly EnvironmentManifest Lab = Samples.Only<EnvironmentManifest>("""
        apiVersion: orleansrelease/v1
        kind: Environment
        metadata: {name: lab}
        spec:
          connections: {target: {memory: {}}, traffic: {memory: {}}, metrics: {memory: {}}}
        """);

    private static readonly AnalysisTemplateManifest Signals = Samples.Only<AnalysisTemplateManifest>("""
        apiVersion: orleansrelease/v1
        kind: AnalysisTemplate
        metadata: {name: signals}
        spec:
          args: {job: "{{service}}"}
          defaults: {interval: 1m, minSamples: 20}
          metrics:
            - name: errors
              ratio:
                bad: sum(increase(bad{job="{{args.job}}",version="{{version}}"}[{{window}}]))
                total: sum(increase(all{job="{{args.job}}",version="{{version}}"}[{{window}}]))
              max: 5%
            - name: slow
              ratio:
                good: sum(increase(fast{job="{{args.job}}",version="{{version}}"}[{{window}}]))
                total: sum(increase(all{job="{{args.job}}",version="{{version}}"}[{{window}}]))
              max: 10%
            - {name: p99, query: p99, unit: seconds, max: 1s}
            - {name: rare, interval: 10m, ratio: {bad: bad, total: all}, max: 5%}
        """);

    [Fact]
    public void It_is_resolved_with_the_counts_of_its_metric_for_whichever_version_is_asked()
    {
        var spec = SpecOf(Service($"slos: {Slos}, degradationBudget: 25%"));

        Assert.Equal(0.25m, spec.DegradationBudget);
        Assert.Equal(["availability", "latency"], spec.Slos!.Value.Select(slo => slo.Name));
        var availability = spec.Slos.Value[0];
        Assert.Equal(
            new Slo(
                "availability", 0.999m, TimeSpan.FromDays(30), "signals/errors", availability.Source,
                TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(5), 20),
            availability);
        Assert.Equal(
            "sum(increase(bad{job=\"checkout\",version=\"{{version}}\"}[{{window}}]))",
            Assert.IsType<MetricSource.Ratio>(availability.Source).Bad);
        Assert.Equal(TimeSpan.FromDays(28), spec.Slos.Value[1].Window);
        Assert.Equal("0.99", Vocabulary.Write(spec.Slos.Value[1].Objective));
        Assert.Equal(spec.Slos, Vocabulary.Read<RolloutSpec>(Vocabulary.Write(spec)).Slos!.Value);
    }

    [Fact]
    public void A_specification_without_any_is_written_as_it_always_was()
    {
        var spec = SpecOf(Service(""));

        Assert.Null(spec.Slos);
        Assert.DoesNotContain("slos", Vocabulary.Write(spec), StringComparison.Ordinal);
        Assert.DoesNotContain("degradationBudget", Vocabulary.Write(spec), StringComparison.Ordinal);
        Assert.Equal(ContentHash.Of(Vocabulary.Write(spec)), ContentHash.Of(Vocabulary.Write(
            SpecOf(Service($"slos: {Slos}, degradationBudget: 25%, environments: {{lab: {{slos: []}}}}")))));
    }

    [Fact]
    public void It_is_shown_with_where_it_comes_from()
    {
        var service = Service($"slos: {Slos}, environments: {{lab: {{degradationBudget: 10%}}}}");
        var shown = Effective.Of(service, Lab, Named, _ => null);

        Assert.Empty(shown.Missing);
        Assert.Contains(new EffectiveValue("slos[0].objective", "99.9%", "service"), shown.Values);
        Assert.Contains(new EffectiveValue("slos[0].window", "4w2d", "built-in"), shown.Values);
        Assert.Contains(new EffectiveValue("slos[0].budgeting", "occurrences", "built-in"), shown.Values);
        Assert.Contains(new EffectiveValue("degradationBudget", "10%", "service.environments.lab"), shown.Values);
        Assert.Equal(shown.Values.Select(value => value.Path).Distinct(), shown.Values.Select(value => value.Path));
        Assert.Contains("  - name: availability  # service\n", ManifestText.Write(shown), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("signals/p99", "bad-slo")]
    [InlineData("signals/rare", "bad-slo")]
    [InlineData("signals/eror", "unknown-metric")]
    [InlineData("other/errors", "unknown-template")]
    [InlineData("restarts/restarts", "bad-slo")]
    public void A_metric_that_does_not_count_requests_measures_no_budget(string metric, string code)
    {
        var slos = $"slos: [{{name: it, objective: 99%, metric: {metric}}}]";
        Assert.Equal(code, Assert.Single(RefusalsOf(Service(slos))).Code);
    }

    [Fact]
    public void A_budget_needs_a_metric_that_ends_an_outage_in_time()
    {
        const string unjudged = "slos: [{name: it, objective: 99%, metric: router-errors/errors}]";
        Assert.NotNull(SpecOf(Service(unjudged)).Slos);
        var refusal = Assert.Single(RefusalsOf(Service($"{unjudged}, degradationBudget: 25%")));
        Assert.Equal("slo-not-judged", refusal.Code);
        Assert.Contains("router-errors in the strategy's analysis", refusal.Accepted, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_wrong_with_another_metric_of_its_template_is_not_its_matter()
    {
        var careless = Signals with
        {
            Spec = Signals.Spec with
            {
                Metrics =
                [
                    .. Signals.Spec.Metrics.Select(metric => metric.Name == "slow"
                        ? metric with { Compare = new(ComparedVersion.Stable, Margin: null) }
                        : metric),
                ],
            },
        };
        var service = Samples.Only<ServiceManifest>("""
            apiVersion: orleansrelease/v1
            kind: Service
            metadata: {name: checkout}
            spec: {owner: shop, strategy: all-at-once, slos: [{name: it, objective: 99%, metric: signals/errors}]}
            """);

        var resolution = RolloutSpecs.Resolve(
            service, Lab, name => name == "signals" ? careless : null, _ => null, VersionName.From("3.2.0"), null);

        var slo = Assert.Single(Assert.IsType<Resolution.Resolved>(resolution).Spec.Slos!.Value);
        Assert.Equal("signals/errors", slo.Metric);
    }

    [Fact]
    public void What_the_strategy_changes_of_other_metrics_is_not_its_matter() => Assert.Empty(Missing(
        "{canary: {analysis: [{template: signals, metrics: {slow: {max: 20%}, errors: {max: 1%}}}], weights: [10]}}"));

    [Fact]
    public void A_version_in_an_argument_is_filled_in_before_anybody_knows_of_which_is_asked()
    {
        var refusal = Assert.Single(Missing(
            "{canary: {analysis: [{template: signals, args: {job: \"shop-{{version}}\"}}], weights: [10]}}"));

        Assert.Equal(RefusalCodes.BadSlo, refusal.Code);
        Assert.Contains("an argument of signals/errors holds the version", refusal.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_samples_can_be_rolled_out_where_they_are_meant_to()
    {
        var templates = ManifestReader.Read(Samples.Text("analysis.yaml"), "analysis.yaml").Manifests
            .OfType<AnalysisTemplateManifest>().ToDictionary(template => template.Name);
        var careful = Samples.Read<StrategyManifest>("strategy.yaml");
        foreach (var service in new[] { "checkout", "cart" })
        {
            foreach (var environment in new[] { "production", "staging" })
            {
                var resolution = RolloutSpecs.Resolve(
                    Samples.Read<ServiceManifest>("service.yaml", service),
                    Samples.Read<EnvironmentManifest>("environment.yaml", environment),
                    templates.GetValueOrDefault, name => name == careful.Name ? careful : null,
                    VersionName.From("3.2.0"), null);
                var resolved = Assert.IsType<Resolution.Resolved>(resolution);
                Assert.Equal(
                    (service, environment) == ("checkout", "production"), resolved.Spec.Slos is { IsEmpty: false });
            }
        }
    }

    [Fact]
    public void Of_what_judges_it_there_must_be_numbers()
    {
        var service = Service("minimumTelemetry: [signals/errors], environments: {shop: {minimumTelemetry: []}}");

        Assert.Equal("signals/errors", Assert.Single(SpecOf(service).MinimumTelemetry!.Value));
        Assert.DoesNotContain("minimumTelemetry", Vocabulary.Write(SpecOf(Service(""))), StringComparison.Ordinal);
        Assert.Contains(
            new EffectiveValue("minimumTelemetry[0]", "signals/errors", "service"),
            Effective.Of(service, Lab, Named, _ => null).Values);
    }

    [Fact]
    public void Of_what_judges_nothing_there_need_be_none()
    {
        var refusal = Assert.Single(RefusalsOf(Service("minimumTelemetry: [signals/eror]")));

        Assert.Equal((RefusalCodes.UnknownMetric, "signals/errors"), (refusal.Code, refusal.Accepted));
    }

    [Fact]
    public void Its_rules_for_prometheus_ask_for_all_versions()
    {
        var counted = Lab with
        {
            Spec = Lab.Spec with
            {
                Connections = Lab.Spec.Connections! with
                {
                    Metrics = new MetricsChoice.Prometheus("http://prometheus.example.com"),
                },
            },
        };
        var written = Assert.IsType<RulesFile.Written>(
            SloRules.Of([Service($"slos: {Slos}")], counted, Named, _ => null));

        Assert.Contains("bad{job=\"checkout\",version=~\".+\"}[1m]", written.Yaml, StringComparison.Ordinal);
        Assert.Contains("slo/checkout.lab/latency", written.Yaml, StringComparison.Ordinal);
        Assert.Contains("owner: shop", written.Yaml, StringComparison.Ordinal);
    }

    private static AnalysisTemplateManifest? Named(string name) => name == "signals" ? Signals : null;

    private static Resolution Resolve(ServiceManifest service) =>
        RolloutSpecs.Resolve(service, Lab, Named, _ => null, VersionName.From("3.2.0"), null);

    private static RolloutSpec SpecOf(ServiceManifest service) => Resolve(service) switch
    {
        Resolution.Resolved resolved => resolved.Spec,
        Resolution.Refused refused => throw new InvalidOperationException(refused.Refusal.Reason),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static IEnumerable<Refusal> Missing(string strategy) => Resolve(Samples.Only<ServiceManifest>(
        "apiVersion: orleansrelease/v1\nkind: Service\nmetadata: {name: checkout}\nspec: {owner: shop, strategy: "
        + strategy + ", slos: [{name: it, objective: 99%, metric: signals/errors}]}\n")) switch
    {
        Resolution.Refused refused => refused.All,
        _ => [],
    };

    private static IEnumerable<Refusal> RefusalsOf(ServiceManifest service) =>
        Assert.IsType<Resolution.Refused>(Resolve(service)).All;

    private static ServiceManifest Service(string more) => Samples.Only<ServiceManifest>(
        "apiVersion: orleansrelease/v1\nkind: Service\nmetadata: {name: checkout}\n"
        + "spec: {owner: shop, strategy: {canary: {analysis: [signals], weights: [10]}}"
        + (more.Length == 0 ? "" : $", {more}") + "}\n");
}
