using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.RegularExpressions;
using OpenTelemetry.Metrics;
using OrleansRelease.Host.Telemetry;

namespace OrleansRelease.EndToEnd.Tests.Telemetry;

/// <summary>The page as a server serves it, the document about it, and the alerts over it.</summary>
[Collection(WatchedCollection.Name)]
public sealed partial class TheMetricsPage(WatchedServer server)
{
    private static readonly string Alerts = Path.Combine(Repository.Root, "deploy", "prometheus");

    private static IReadOnlyList<MetricFamily> Documented => MetricFamily.OfDocument(
        File.ReadAllText(Path.Combine(Repository.Root, "docs", "reference", "metrics.md")));

    [Fact]
    public async Task Says_nothing_that_Prometheus_own_checker_has_a_word_against() =>
        Assert.Equal((0, ""), await Promtool.RunAsync(server.Page, "check", "metrics"));

    [Fact]
    public void Is_what_the_document_says()
    {
        var documented = Documented.ToDictionary(family => family.Name);

        Assert.All(MetricFamily.OfPage(server.Page), family => Assert.Equal(documented[family.Name], family));
    }

    [Fact]
    public void Has_all_that_the_document_says_once_it_has_happened()
    {
        var counted = Counted().ToDictionary(family => family.Name);

        Assert.Equal(counted.Keys.Append("target_info").Order(), Documented.Select(family => family.Name).Order());
        Assert.All(
            Documented.Where(family => family.Name != "target_info"),
            family => Assert.Equal(counted[family.Name], family with { Labels = "" }));
    }

    [Theory]
    [InlineData("orel_rollouts{environment=\"lab\",phase=\"Failed\"} 0")]
    [InlineData("orel_rollouts{environment=\"lab\",phase=\"Paused\"} 1")]
    [InlineData("orel_rows_quarantined{kind=\"slot\"} 1")]
    [InlineData("orel_rows_quarantined{kind=\"rollout\"} 0")]
    [InlineData("orel_rollouts_ended_total{environment=\"lab\",phase=\"RolledBack\"} 1")]
    [InlineData("orel_way_back_duration_seconds_count{environment=\"lab\"} 1")]
    [InlineData("orel_way_back_bound_ratio_bucket{environment=\"lab\",le=\"1\"} 1")]
    [InlineData("orel_way_back_exceeded_total{environment=\"lab\"} 0")]
    [InlineData("orel_store_answers{} 1")]
    public void Tells_of_what_went_on(string line) =>
        Assert.Contains($"\n{line}\n", server.Page, StringComparison.Ordinal);

    [Theory]
    [InlineData("orel_effect_duration_seconds", "adapter=\"memory\",effect=\"deploy\",outcome=\"applied\"")]
    [InlineData("orel_effect_duration_seconds", "adapter=\"inside\",effect=\"begin-rollout\",outcome=\"applied\"")]
    [InlineData("orel_decision_lag_seconds", "kind=\"rollout\"")]
    [InlineData("orel_commit_rows", "")]
    [InlineData("orel_write_duration_seconds", "")]
    [InlineData("orel_wake_lateness_seconds", "")]
    public void Tells_how_long_it_took(string metric, string labels) =>
        Assert.Matches($"\n{metric}_count\\{{{labels}\\}} [1-9]", server.Page);

    [Theory]
    [InlineData("orel_rollouts_oldest_state_age_seconds", "environment=\"lab\",phase=\"Paused\"")]
    [InlineData("orleans_activations", "")]
    public void Tells_how_much_there_is(string metric, string labels)
    {
        var line = Assert.Single(server.Page.Split('\n'), line => line.StartsWith(
            $"{metric}{{{labels}}} ", StringComparison.Ordinal));
        Assert.True(double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture) > 0, line);
    }

    [Fact]
    public async Task Is_enough_for_its_alerts_and_they_go_off_when_they_should()
    {
        var rules = Path.Combine(Alerts, "orel.rules.yaml");
        var (exit, said) = await Promtool.RunAsync("", "check", "rules", rules);
        Assert.True(exit == 0, said);
        (exit, said) = await Promtool.RunAsync("", "test", "rules", Path.Combine(Alerts, "orel.rules.test.yaml"));
        Assert.True(exit == 0, said);

        var known = Documented.Select(family => family.Name).ToHashSet();
        Assert.All(
            Used().Matches(await File.ReadAllTextAsync(rules)).Select(use => HistogramPart().Replace(use.Value, "")),
            used => Assert.Contains(used, known));
    }

    // What there is to count, counted or not; names and units as the page has them.
    private static List<MetricFamily> Counted()
    {
        var counted = new List<MetricFamily>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (!MetricsPage.OwnMeters.Concat(RuntimeMetrics.Meters).Contains(instrument.Meter.Name)) return;
            var view = RuntimeMetrics.ViewOf(instrument);
            if (view == MetricStreamConfiguration.Drop) return;
            counted.Add(new(
                NameOf(instrument, view?.Name ?? instrument.Name), TypeOf(instrument), "",
                view?.Description ?? instrument.Description ?? ""));
        };
        listener.Start();
        return [.. counted.Distinct()];
    }

    private static string NameOf(Instrument instrument, string name)
    {
        var unit = instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        return name.Replace('.', '_') + unit + (TypeOf(instrument) == "counter" ? "_total" : "");
    }

    private static string TypeOf(Instrument instrument)
    {
        var sort = instrument.GetType().Name;
        return sort.Contains("UpDown", StringComparison.Ordinal) || sort.Contains("Gauge", StringComparison.Ordinal)
            ? "gauge"
            : sort.Contains("Histogram", StringComparison.Ordinal) ? "histogram" : "counter";
    }

    [GeneratedRegex(@"\borel_[a-z_]+")]
    private static partial Regex Used();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex HistogramPart();
}
