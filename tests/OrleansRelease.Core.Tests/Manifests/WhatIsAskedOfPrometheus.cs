using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Manifests;

public sealed class WhatIsAskedOfPrometheus
{
    private static Resolution Resolve(
        string query, string version = "3.2.1", string scrapeInterval = "15s", string args = "{}") =>
        RolloutSpecs.Resolve(
            Samples.Only<ServiceManifest>(
                "apiVersion: orleansrelease/v1\nkind: Service\nmetadata: {name: shop}\nspec:\n"
                + $"  strategy: {{allAtOnce: {{analysis: [{{template: scraped, args: {args}}}]}}}}\n"),
            Samples.Only<EnvironmentManifest>(
                "apiVersion: orleansrelease/v1\nkind: Environment\nmetadata: {name: lab}\nspec:\n  connections:\n"
                + "    target: {memory: {}}\n    traffic: {memory: {}}\n    metrics:\n      prometheus:\n"
                + "        url: https://p/{{environment}}\n        basic: {user: orel, password: {env: P}}\n"
                + $"        ca: {{file: /ca}}\n        scrapeInterval: {scrapeInterval}\n"),
            _ => Samples.Only<AnalysisTemplateManifest>(
                "apiVersion: orleansrelease/v1\nkind: AnalysisTemplate\nmetadata: {name: scraped}\nspec:\n"
                + $"  args: {{job: \"{{{{service}}}}\"}}\n  metrics:\n    - {{name: a, max: 5, query: '{query}'}}\n"),
            _ => null, VersionName.From(version), null);

    private static RolloutSpec Resolved(string query, string version = "3.2.1", string scrapeInterval = "15s") =>
        Assert.IsType<Resolution.Resolved>(Resolve(query, version, scrapeInterval)).Spec;

    private static Refusal Refused(string query, string scrapeInterval = "15s", string args = "{}") =>
        Assert.Single(Assert.IsType<Resolution.Refused>(
            Resolve(query, scrapeInterval: scrapeInterval, args: args)).All);

    [Theory]
    [InlineData("1\"} or vector(0) #", """1\"\x7d or vector(0) #""")]
    [InlineData("{{window}}", """\x7b\x7bwindow\x7d\x7d""")]
    [InlineData("3.2.1", "3.2.1")]
    public void A_hostile_version_changes_no_query(string version, string escaped)
    {
        var spec = Resolved("""sum(increase(a{job="{{args.job}}",version="{{version}}"}[{{window}}]))""", version);

        Assert.Equal(
            new MetricSource.Query($$$"""sum(increase(a{job="shop",version="{{{escaped}}}"}[{{window}}]))"""),
            Assert.Single(spec.Background).Source);
    }

    [Theory]
    [InlineData("sum({{args.job}})", "a) or (b", "scraped/a: {{args.job}} stands outside of quotes")]
    [InlineData("sum(a) or {{args.job}}(0)", "vector", "scraped/a: or vector() turns a misspelt metric into success")]
    [InlineData("a{b=`{{args.job}}`}", "`", "scraped/a: `{{args.job}}` is in backticks")]
    public void A_value_that_could_be_more_than_a_name_is_refused(string query, string job, string reason)
    {
        var refusal = Refused(query, args: $"{{job: \"{job}\"}}");

        Assert.Equal(RefusalCodes.BadMetricQuery, refusal.Code);
        Assert.StartsWith(reason, refusal.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_window_that_holds_no_two_samples_is_refused()
    {
        var refusal = Refused("a", scrapeInterval: "31s");

        Assert.Equal(
            (RefusalCodes.BadLimit, "interval: 1m2s or more, 2m4s to be exact"), (refusal.Code, refusal.Accepted));
    }

    [Fact]
    public void Its_scrape_interval_is_the_sources_delay_and_its_secrets_are_references() => Assert.Equal(
        new MetricsConnection(
            MetricsConnection.Prometheus, new Uri("https://p/lab"), null, TimeSpan.FromSeconds(20),
            new BasicCredentials("orel", new SecretRef("P", null)), new SecretRef(null, "/ca"), null, 8),
        Resolved("a", scrapeInterval: "20s").Metrics);
}
