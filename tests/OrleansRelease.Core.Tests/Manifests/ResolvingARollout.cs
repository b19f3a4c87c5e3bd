using System.Diagnostics;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Tests.Manifests;

public sealed class ResolvingARollout
{
    private static readonly EnvironmentManifest Production =
        Samples.Read<EnvironmentManifest>("environment.yaml", "production");

    private static readonly Dictionary<string, AnalysisTemplateManifest> Templates =
        ManifestReader.Read(Samples.Text("analysis.yaml"), "analysis.yaml").Manifests
            .OfType<AnalysisTemplateManifest>().ToDictionary(template => template.Name);

    private static readonly StrategyManifest Careful = Samples.Read<StrategyManifest>("strategy.yaml");

    private static Resolution Resolve(
        ServiceManifest service, EnvironmentManifest environment, string version = "3.2.0", string? digest = null) =>
        RolloutSpecs.Resolve(
            service, environment, Templates.GetValueOrDefault, name => name == Careful.Name ? Careful : null,
            VersionName.From(version), digest);

    private static RolloutSpec Resolved(
        ServiceManifest service, EnvironmentManifest environment, string version = "3.2.0") =>
        Resolve(service, environment, version) switch
        {
            Resolution.Resolved resolved => resolved.Spec,
            Resolution.Refused refused => throw new InvalidOperationException(refused.Refusal.Reason),
            _ => throw new UnreachableException(),
        };

    private static Refusal Refused(ServiceManifest service, EnvironmentManifest environment, string version =
        "3.2.0") =>
        Assert.Single(Assert.IsType<Resolution.Refused>(Resolve(service, environment, version)).All);

    private static ServiceManifest Service(string spec) => Samples.Only<ServiceManifest>(
        $"apiVersion: orleansrelease/v1\nkind: Service\nmetadata: {{name: shop}}\nspec:\n{spec}\n");

    private static ServiceManifest UsingPaid(string limits) => Service(
        "  workload: {process: {command: [run]}}\n  strategy: {allAtOnce: {analysis: "
        + $"[{{template: checkout-funnel, metrics: {{paid: {{dryRun: false, {limits}}}}}}}], verify: 1m}}}}");

    private static EnvironmentManifest Environment(string spec) => Samples.Only<EnvironmentManifest>(
        "apiVersion: orleansrelease/v1\nkind: Environment\nmetadata: {name: lab}\nspec:\n"
        + "  connections: {target: {memory: {}}, traffic: {memory: {}}, metrics: {memory: {}}}\n"
        + spec + "\n");

    [Fact]
    public void A_canary_is_written_out_with_everything_that_it_implies()
    {
        var spec = Resolved(Samples.Read<ServiceManifest>("service.yaml", "checkout"), Production);

        Assert.Equal(
            [
                new Step.Deploy(),
                new Step.SetWeight(Weight.Percent(1)), new Step.Pause(TimeSpan.FromMinutes(10)),
                new Step.SetWeight(Weight.Percent(10)), new Step.Pause(TimeSpan.FromMinutes(10)),
                new Step.SetWeight(Weight.Percent(50)), new Step.Pause(TimeSpan.FromMinutes(10)),
                new Step.SetWeight(Weight.All), new Step.Verify(TimeSpan.FromMinutes(15)),
            ],
            spec.Steps.AsEnumerable());
        Assert.Equal(
            ["golden-signals/errors", "golden-signals/slow", "golden-signals/p99", "golden-signals/restarts",
                "checkout-funnel/paid"],
            spec.Background.Select(metric => metric.Name));
    }

    [Fact]
    public void A_metric_has_the_limits_of_its_template_and_what_is_different_where_it_is_used()
    {
        var spec = Resolved(Samples.Read<ServiceManifest>("service.yaml", "checkout"), Production);

        var paid = spec.Background.Single(metric => metric.Name == "checkout-funnel/paid");
        Assert.Equal(new Thresholds(null, 0.97, null), paid.Thresholds);
        Assert.True(paid.DryRun);
        Assert.Equal(BuiltIn.Limits with { Interval = TimeSpan.FromMinutes(5), MinSamples = 50 }, paid.Limits);
        var p99 = spec.Background.Single(metric => metric.Name == "golden-signals/p99");
        Assert.Equal(new Thresholds(0.8, null, 2), p99.Thresholds);
        Assert.Equal(Unit.Seconds, p99.Unit);
    }

    [Theory]
    [InlineData("interval: 2s", 2_000)]
    [InlineData("interval: 30s", 5_000)]
    [InlineData("interval: 30s, timeout: 30s", 30_000)]
    public void A_query_that_says_nothing_takes_no_longer_than_its_interval(string limits, int milliseconds) =>
        Assert.Equal(
            TimeSpan.FromMilliseconds(milliseconds),
            Resolved(UsingPaid(limits), Production).Background.Single().Limits.Timeout);

    [Fact]
    public void A_query_that_takes_longer_than_the_interval_of_its_template_is_refused_where_it_is_used()
    {
        // The template says five minutes: each of the two files alone is right.
        var refusal = Refused(UsingPaid("timeout: 6m"), Production);

        Assert.Equal(RefusalCodes.BadLimit, refusal.Code);
        Assert.Contains(
            "paid: a query may take 6m, longer than the interval 5m", refusal.Reason, StringComparison.Ordinal);
        Assert.Equal("timeout: 5m or less", refusal.Accepted);
    }

    [Fact]
    public void All_at_once_is_deploy_then_everything_then_verify()
    {
        var spec = Resolved(Service("  strategy: {allAtOnce: {verify: 3m}}"), Environment(""));

        Assert.Equal(
            [new Step.Deploy(), new Step.SetWeight(Weight.All), new Step.Verify(TimeSpan.FromMinutes(3))],
            spec.Steps.AsEnumerable());
        Assert.Equal("all-at-once", spec.StrategyName);
    }

    [Fact]
    public void What_is_implied_is_not_added_when_it_was_said()
    {
        var spec = Resolved(
            Service("  strategy: {canary: {steps: [{deploy: {}}, {setWeight: 100}, {pause: {}}, {verify: 1m}]}}"),
            Environment(""));

        Assert.Equal(
            [new Step.Deploy(), new Step.SetWeight(Weight.All), new Step.Pause(null),
                new Step.Verify(TimeSpan.FromMinutes(1))],
            spec.Steps.AsEnumerable());
    }

    [Fact]
    public void A_verify_among_the_steps_comes_after_all_requests_are_on_the_new_version()
    {
        var spec = Resolved(Service("  strategy: {canary: {steps: [{setWeight: 5}, {verify: 1m}]}}"), Environment(""));

        Assert.Equal(
            [new Step.Deploy(), new Step.SetWeight(Weight.Percent(5)), new Step.SetWeight(Weight.All),
                new Step.Verify(TimeSpan.FromMinutes(1))],
            spec.Steps.AsEnumerable());
    }

    [Fact]
    public void Nobody_says_anything_and_everything_is_built_in()
    {
        var spec = Resolved(Service("  owner: shop"), Environment("  owner: platform"));

        Assert.Equal("canary", spec.StrategyName);
        Assert.Equal(9, spec.Steps.Length);
        Assert.Equal(["router-errors/errors", "restarts/restarts"], spec.Background.Select(metric => metric.Name));
        Assert.Equal(new Thresholds(0.05, null, null), spec.Background[0].Thresholds);
        Assert.Equal(new MetricSource.Traffic("errors"), spec.Background[0].Source);
        Assert.Equal(BuiltIn.Limits with { MinSamples = 10 }, spec.Background[0].Limits);
        Assert.Equal(new Thresholds(0, null, null), spec.Background[1].Thresholds);
        Assert.Equal(new Readiness("/healthz", TimeSpan.FromMinutes(2), TimeSpan.Zero), spec.Readiness);
        Assert.Equal(new UndecidedRule(TimeSpan.FromMinutes(15), UndecidedThen.Rollback), spec.Undecided);
        Assert.Equal((TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30)), (spec.RollbackWithin, spec.KeepPrevious));
        Assert.Equal((WhenBusy.Queue, 25), (spec.WhenBusy, spec.MaxParallel));
    }

    [Theory]
    [InlineData(true, true, true, "1m")]
    [InlineData(false, true, true, "2m")]
    [InlineData(false, false, true, "3m")]
    [InlineData(false, false, false, "10m")]
    public void The_nearest_place_that_says_something_wins(bool here, bool service, bool defaults, string expected)
    {
        var spec = Resolved(
            Service((service ? "  rollback: {within: 2m}\n" : "")
                + (here ? "  environments: {lab: {rollback: {within: 1m}}, other: {rollback: {within: 9m}}}"
                    : "  owner: a")),
            Environment(defaults ? "  defaults: {rollback: {within: 3m}}" : ""));

        Assert.Equal(Duration.Parse(expected), spec.RollbackWithin);
    }

    [Fact]
    public void One_field_that_is_said_nearer_does_not_hide_the_others()
    {
        var spec = Resolved(
            Service("  readiness: {warmUp: 5s}\n  environments: {lab: {readiness: {path: /here}}}"),
            Environment("  defaults: {readiness: {path: /there, within: 7m}}"));

        Assert.Equal(new Readiness("/here", TimeSpan.FromMinutes(7), TimeSpan.FromSeconds(5)), spec.Readiness);
    }

    [Fact]
    public void Analysis_is_the_strategys_then_the_environments()
    {
        var defaults = Environment("  defaults: {strategy: careful, analysis: [restarts]}");

        Assert.Equal(["restarts/restarts"], Resolved(Service("  owner: a"), defaults).Background.Select(m => m.Name));
        Assert.Equal("careful", Resolved(Service("  owner: a"), defaults).StrategyName);
        Assert.Equal(
            ["router-errors/errors"],
            Resolved(Service("  strategy: {allAtOnce: {analysis: [router-errors]}}"), defaults).Background
                .Select(m => m.Name));
    }

    [Fact]
    public void A_step_that_waits_for_a_verdict_ends_after_one_measurement_unless_told_otherwise()
    {
        var spec = Resolved(
            Service("  strategy: {canary: {steps: [{setWeight: 5}, {analysis: [router-errors, "
                + "{template: restarts, metrics: {restarts: {consecutiveSuccessLimit: 3}}}]}]}}"),
            Environment(""));

        var metrics = Assert.Single(spec.Steps.OfType<Step.Analyse>()).Metrics;
        Assert.Equal((1, (int?)null), (metrics[0].Limits.Count, metrics[0].Limits.ConsecutiveSuccessLimit));
        Assert.Equal(((int?)null, 3), (metrics[1].Limits.Count, metrics[1].Limits.ConsecutiveSuccessLimit));
        Assert.All(spec.Background, metric => Assert.Null(metric.Limits.Count));
    }

    [Fact]
    public void Connections_carry_every_limit_that_the_adapters_work_by()
    {
        var spec = Resolved(Samples.Read<ServiceManifest>("service.yaml", "checkout"), Production);

        Assert.Equal(
            new EffectLimits(TimeSpan.FromSeconds(155), 2, TimeSpan.FromSeconds(1)), spec.Target.DeployLimits);
        Assert.Equal(
            new EffectLimits(TimeSpan.FromSeconds(30), 3, TimeSpan.FromSeconds(1)), spec.Target.RetireLimits);
        Assert.Equal(new EffectLimits(TimeSpan.FromSeconds(5), 3, TimeSpan.FromSeconds(1)), spec.Traffic.Limits);
        Assert.Equal("3", spec.Target.Settings["replicas"]);
        Assert.Equal(
            ["dotnet", "{{version}}/Shop.Checkout.dll", "--urls", "http://127.0.0.1:{{port}}"],
            spec.Target.Command.AsEnumerable());
        Assert.Equal(new SecretRef(null, "/run/secrets/router"), spec.Traffic.Token);
        Assert.Equal(TimeSpan.FromSeconds(15), spec.Metrics!.Delay);
        Assert.Equal((Repeat.Absolute, Fencing.Stored), (spec.Target.Repeat, spec.Target.Fencing));
    }

    [Theory]
    [InlineData("1\"} or vector(0) #")]
    [InlineData("{{windowStart}}")]
    [InlineData("../../etc/passwd?x=1&version=2#/total")]
    [InlineData("{{args.job}}")]
    public void A_hostile_version_changes_no_query(string version)
    {
        var spec = Resolved(
            Service("  strategy: {allAtOnce: {analysis: [golden-signals]}}"), Environment(""), version);

        var ratio = Assert.IsType<MetricSource.Ratio>(spec.Background[0].Source);
        Assert.Equal(
            "jobs/shop/requests?version=" + Uri.EscapeDataString(
                version) + "&from={{windowStart}}&to={{windowEnd}}#/failed",
            ratio.Bad);
        var query = new Uri(new Uri("http://metrics/"),
            ratio.Bad!.Replace("{{windowStart}}", "1", StringComparison.Ordinal)
            .Replace("{{windowEnd}}", "2", StringComparison.Ordinal));
        Assert.Equal(("/jobs/shop/requests", "#/failed"), (query.AbsolutePath, query.Fragment));
        Assert.Equal(3, query.Query.Split('&').Length);
    }

    [Theory]
    [InlineData("../1.0.0")]
    [InlineData("--help")]
    [InlineData("1 0")]
    public void A_version_that_would_leave_its_folder_is_not_put_into_a_command(string version)
    {
        var refusal = Refused(Samples.Read<ServiceManifest>("service.yaml", "checkout"), Production, version);

        Assert.Equal("bad-version", refusal.Code);
    }

    [Fact]
    public void An_argument_is_the_templates_unless_it_is_said_where_it_is_used()
    {
        var spec = Resolved(
            Service("  strategy: {allAtOnce: {analysis: "
                + "[{template: golden-signals, args: {job: \"x/{{environment}}\"}}]}}"),
            Environment(""));

        Assert.StartsWith("jobs/x%2Flab/requests", Assert.IsType<MetricSource.Ratio>(spec.Background[0].Source).Bad);
    }

    [Theory]
    [InlineData("  strategy: nothing", "", "unknown-strategy", "kind Strategy")]
    [InlineData("  strategy: {canary: {analysis: [nothing]}}", "", "unknown-template", "kind AnalysisTemplate")]
    [InlineData("  strategy: {canary: {analysis: []}}", "", "no-analysis", "analysis: [router-errors, restarts]")]
    [InlineData("  owner: a", "  defaults: {analysis: []}", "no-analysis",
        "defaults:\n    analysis: [router-errors, restarts]")]
    [InlineData("  strategy: {canary: {analysis: [{template: router-errors, metrics: {errors: {dryRun: true}}}]}}", "",
        "no-bound", "max: LIMIT")]
    [InlineData("  strategy: {canary: {analysis: [{template: router-errors, metrics: {error: {max: 1%}}}]}}", "",
        "unknown-metric", "errors")]
    [InlineData("  strategy: {canary: {analysis: [{template: router-errors, args: {job: x}}]}}", "",
        "unknown-argument", "no arguments")]
    [InlineData("  strategy: {canary: {analysis: [{template: router-errors, metrics: {errors: {max: 0.05}}}]}}", "",
        "bad-limit", "max: 5%")]
    public void What_cannot_start_says_why_and_what_to_add(string service, string environment, string code, string add)
    {
        var refusal = Refused(Service(service), Environment(environment));

        Assert.Equal(code, refusal.Code);
        Assert.Contains(add, refusal.Accepted, StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_that_is_missing_is_said_at_once()
    {
        var nowhere = Samples.Only<EnvironmentManifest>(
            "apiVersion: orleansrelease/v1\nkind: Environment\nmetadata: {name: nowhere}\nspec: {}\n");
        var refused = Assert.IsType<Resolution.Refused>(Resolve(
            Service("  strategy: {allAtOnce: {analysis: [golden-signals]}}"), nowhere, digest: "sha256:ABC"));

        Assert.Equal(["no-target", "no-traffic", "no-metrics", "bad-digest"], refused.All
            .Select(refusal => refusal.Code));
        Assert.Equal("no-target", refused.Refusal.Code);
        Assert.All(refused.All, refusal =>
            Assert.Contains(refusal.Reason, refused.Refusal.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public void A_process_needs_a_command()
    {
        var refusal = Refused(Service("  strategy: {allAtOnce: {analysis: [restarts]}}"), Production);

        Assert.Equal("no-workload", refusal.Code);
        Assert.Contains("command:", refusal.Accepted, StringComparison.Ordinal);
    }

    [Fact]
    public void The_specification_is_the_same_after_it_was_stored()
    {
        var json = Vocabulary.Write(Resolved(Samples.Read<ServiceManifest>("service.yaml", "checkout"), Production));

        Assert.Equal(json, Vocabulary.Write(Vocabulary.Read<RolloutSpec>(json)));
    }
}
