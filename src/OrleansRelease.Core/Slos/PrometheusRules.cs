using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Manifests.Writing;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Slos;

/// <summary>One objective where it holds, and whom its alerts tell.</summary>
public sealed record SloOf(SlotKey Slot, Slo Slo, string? Owner = null, string? Runbook = null);

/// <summary>A file of rules, or everything that keeps it from being written.</summary>
public abstract record RulesFile
{
    private RulesFile()
    {
    }

    public sealed record Written(string Yaml) : RulesFile;

    /// <summary>At least one refusal.</summary>
    public sealed record Refused(ImmutableArray<Refusal> All) : RulesFile;
}

/// <summary>
/// The same judgement as <see cref="BurnJudge"/> for Prometheus: recording and alerting rules, one group for each
/// objective. A first rule records what the metric counts in each of its own intervals, by the very query that the
/// rollout is judged by; all windows add those counts. So nothing is extrapolated over a window, and sums and divisions
/// are the judge's own.
/// </summary>
public static class PrometheusRules
{
    public const string FastAlert = "OrelSloBurnsFast";
    public const string SlowAlert = "OrelSloBurnsSlowly";
    public const string SilentAlert = "OrelSloNotMeasured";

    private const string Bad = "orel:slo_bad:tile";
    private const string Total = "orel:slo_total:tile";

    /// <summary>
    /// The same text for the same objectives, in whatever order they come. What Prometheus cannot be asked hides no
    /// other: it is left out, and a comment at the beginning says so.
    /// </summary>
    public static RulesFile.Written Of(IEnumerable<SloOf> slos)
    {
        var text = new StringBuilder();
        var groups = ImmutableArray.CreateBuilder<TextNode>();
        foreach (var one in slos.OrderBy(GroupOf, StringComparer.Ordinal))
        {
            var (queries, refusal) = RuleQueries.Of(one.Slo);
            if (queries is not null) groups.Add(Group(one, queries));
            else text.Append(LeftOut(one, refusal!));
        }

        return new(text.Append(YamlText.Write(
            new MapBuilder().Add("groups", new TextNode.List(groups.ToImmutable())).ToMap())).ToString());
    }

    private static string LeftOut(SloOf one, Refusal refusal) =>
        $"# left out: {one.Slot}: {refusal.Reason}; write {refusal.Accepted}\n";

    private static string GroupOf(SloOf one) => $"slo/{one.Slot}/{one.Slo.Name}";

    private static TextNode.Map Group(SloOf one, RuleQueries queries)
    {
        var pairs = BurnPair.For(one.Slo.Window);
        var windows = pairs.SelectMany(pair => new[] { pair.ShortWindow, pair.LongWindow }).Distinct().Order().ToList();
        return new MapBuilder()
            .Add("name", GroupOf(one))
            .Add("interval", one.Slo.Interval)
            .Add("rules", new TextNode.List(
            [
                Record(one, Bad, queries.Bad),
                Record(one, Total, queries.Total),
                .. windows.Select(window => Record(one, BurnRecord(window), Burn(one, window))),
                Alert(one, FastAlert, "page", Any(one, pairs, BurnSeverity.Page),
                    "is spent so fast that it is gone in days"),
                .. pairs.Any(pair => pair.Severity == BurnSeverity.Ticket)
                    ? [Alert(one, SlowAlert, "ticket", Any(one, pairs, BurnSeverity.Ticket),
                        "is spent faster than it comes back")]
                    : ImmutableArray<TextNode>.Empty,
                Alert(one, SilentAlert, "ticket", $"absent({Selector(one, BurnRecord(windows[0]))})",
                    $"is not measured: too few requests in {Duration.Format(windows[0])}"),
            ]))
            .ToMap();
    }

    private static TextNode.Map Record(SloOf one, string name, string query) => new MapBuilder()
        .Add("record", name)
        .Add("expr", OnLines(query))
        .Add("labels", Labels(one, severity: null))
        .ToMap();

    private static TextNode.Map Alert(SloOf one, string name, string severity, string query, string what) =>
        new MapBuilder()
            .Add("alert", name)
            .Add("expr", OnLines(query))
            .Add("labels", Labels(one, severity))
            .Add("annotations", new MapBuilder()
                .Add("summary", $"The error budget of {one.Slot.Service} in {one.Slot.Environment} for {one.Slo.Name} "
                    + what)
                .Add("runbook", one.Runbook)
                .ToMap())
            .ToMap();

    private static TextNode.Map Labels(SloOf one, string? severity) => new MapBuilder()
        .Add("service", $"{one.Slot.Service}")
        .Add("environment", $"{one.Slot.Environment}")
        .Add("slo", one.Slo.Name)
        .Add("owner", severity is null ? null : one.Owner)
        .Add("severity", severity)
        .ToMap();

    // A range takes in what was recorded at its very beginning in Prometheus 2, and not in 3. One millisecond less and
    // both take the tiles that ended after it.
    private static string Burn(SloOf one, TimeSpan window)
    {
        var range = $"[{Duration.Format(window - TimeSpan.FromMilliseconds(1))}]";
        return string.Create(CultureInfo.InvariantCulture,
            $"sum_over_time({Selector(one, Bad)}{range})\n"
            + $"/ (sum_over_time({Selector(one, Total)}{range}) >= {one.Slo.Needed})\n"
            + $"/ {(double)one.Slo.ErrorShare:R}");
    }

    private static string Any(SloOf one, ImmutableArray<BurnPair> pairs, BurnSeverity severity) => string.Join(
        "\nor ", pairs.Where(pair => pair.Severity == severity).Select(pair => string.Create(
            CultureInfo.InvariantCulture,
            $"({Selector(one, BurnRecord(pair.ShortWindow))} > {pair.FactorFor(one.Slo.Window):R} and "
            + $"{Selector(one, BurnRecord(pair.LongWindow))} > {pair.FactorFor(one.Slo.Window):R})")));

    // On lines of its own a query is written as people read it, without escaped quotes.
    private static string OnLines(string query) => query + "\n";

    private static string BurnRecord(TimeSpan window) => $"orel:slo_burn:{Duration.Format(window)}";

    private static string Selector(SloOf one, string name) =>
        $"{name}{{service=\"{one.Slot.Service}\",environment=\"{one.Slot.Environment}\",slo=\"{one.Slo.Name}\"}}";
}
