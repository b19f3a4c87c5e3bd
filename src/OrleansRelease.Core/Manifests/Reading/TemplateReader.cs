using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;

namespace OrleansRelease.Core.Manifests.Reading;

/// <summary>Kind AnalysisTemplate.</summary>
internal static class TemplateReader
{
    private const int MaxMetrics = 50;

    private const string SourceShape =
        "query: TEXT, ratio: {bad: TEXT, total: TEXT}, histogram: TEXT, target: restarts, traffic: errors or "
        + "monitor: NAME";

    public static AnalysisTemplateSpec Read(Fields fields)
    {
        var args = AnalysisUses.Args(fields.Take("args"));
        var defaults = Defaults(fields.Take("defaults"));
        var metrics = fields.Need("metrics", "metrics: a list with at least one metric");
        fields.End();
        return new AnalysisTemplateSpec(metrics is null ? [] : Metrics(metrics, args, defaults), args, defaults);
    }

    private static LimitsSpec? Defaults(Field? field)
    {
        if (field?.Object("limits such as {interval: 1m}") is not { } fields) return null;
        var limits = Limits.Take(fields);
        fields.End();
        return limits;
    }

    private static ImmutableArray<MetricDefinition> Metrics(
        Field field, ImmutableSortedDictionary<string, string>? args, LimitsSpec? defaults)
    {
        if (field.Items("a list of metrics") is not { } items) return [];
        if (items.Count is 0 or > MaxMetrics)
        {
            field.Report(ProblemCode.MissingField, $"a template has 1 to {MaxMetrics} metrics",
                "{name: NAME, query: TEXT, max: LIMIT}");
        }

        var metrics = ImmutableArray.CreateBuilder<MetricDefinition>();
        foreach (var item in items)
        {
            if (item.Object("{name: NAME, query: TEXT, max: LIMIT}") is not { } fields) continue;
            if (Metric(fields, args, defaults) is not { } metric) continue;
            if (metrics.Any(m => m.Name == metric.Name))
            {
                item.ReportKey(ProblemCode.DuplicateName, $"{metric.Name} is the name of two metrics",
                    "each name once");
            }

            metrics.Add(metric);
        }

        return metrics.ToImmutable();
    }

    private static MetricDefinition? Metric(
        Fields fields, ImmutableSortedDictionary<string, string>? args, LimitsSpec? defaults)
    {
        var name = fields.Need("name", "name: NAME")?.Name("the name of a metric");
        var source = fields.OneOf(
            ["query", "ratio", "histogram", "target", "traffic", "monitor"], ["http"], SourceShape);
        var from = source is var (word, field) ? Source(word, field, args?.Keys ?? []) : null;
        var unitField = fields.Take("unit");
        var unit = unitField?.Choice<Unit>();
        if (from is not null && unit is { } said && UnitRules.UnitOf(from) is { } own && own != said)
        {
            unitField!.Report(ProblemCode.Conflict, "this source has a unit of its own", Texts.ToWord(own.ToString()));
            unit = own;
        }

        var thresholds = Limits.TakeThresholds(
            fields, unit ?? (from is null ? null : UnitRules.UnitOf(from) ?? Unit.Count),
            isOneNumber: from is not null && !UnitRules.IsCounted(from));
        if (source is var (_, sourceField)) CheckLimits(sourceField, from, thresholds is not null, unit is not null);
        var limits = TakeLimits(fields, from, defaults);
        var dryRun = fields.Take("dryRun")?.Flag();
        var compare = Comparing.Take(fields, from);
        var history = LookingBack.Take(fields, from, compare);
        fields.End();
        return from is null
            ? null
            : new MetricDefinition(name ?? "", from, unit, thresholds, limits, dryRun, compare, history);
    }

    private static void CheckLimits(Field field, MetricSource? from, bool hasLimit, bool hasUnit)
    {
        if (from is MetricSource.Histogram && hasLimit)
        {
            field.ReportKey(ProblemCode.Conflict,
                "a histogram has no limits of its own: it is compared with the stable version",
                "compare: {margin: 1%} alone, and a query of its quantile with max as another metric");
        }

        if (from is MetricSource.Monitor && (hasLimit || hasUnit))
        {
            field.ReportKey(ProblemCode.Conflict,
                "a monitor has no number: its check holds or fails",
                "the metric without max, min, failAbove and unit; what must hold stands in the Monitor");
        }
    }

    // How long a check may take its Monitor says, and so nothing that a template says of queries is held against it.
    private static LimitsSpec? TakeLimits(Fields fields, MetricSource? from, LimitsSpec? defaults)
    {
        if (from is not MetricSource.Monitor) return Limits.Take(fields, defaults);
        fields.Refuse("timeout", "how long a check may take stands in its Monitor", "the metric without it");
        return Limits.Take(fields, defaults is null ? null : defaults with { Timeout = null });
    }

    private static MetricSource? Source(string word, Field field, IEnumerable<string> args) => word switch
    {
        "query" => field.Query(args) is { } text ? new MetricSource.Query(text) : null,
        "ratio" => Ratio(field, args),
        "histogram" => field.Query(args) is { } text ? new MetricSource.Histogram(text) : null,
        "target" => Counter(field, "restarts") is { } counter ? new MetricSource.Target(counter) : null,
        "monitor" => field.Name("the name of a Monitor") is { } name ? new MetricSource.Monitor(name) : null,
        _ => Counter(field, "errors") is { } counter ? new MetricSource.Traffic(counter) : null,
    };

    private static MetricSource.Ratio? Ratio(Field field, IEnumerable<string> args)
    {
        const string expected = "{bad: TEXT, total: TEXT} or {good: TEXT, total: TEXT}";
        if (field.Object(expected) is not { } fields) return null;
        var total = fields.Need("total", "total: TEXT, the number of all requests")?.Query(args);
        var part = fields.OneOf(["bad", "good"], [], expected);
        fields.End();
        var text = part?.Field.Query(args);
        var isGood = part?.Name == "good";
        return new MetricSource.Ratio(isGood ? null : text, isGood ? text : null, total ?? "");
    }

    private static string? Counter(Field field, string known)
    {
        if (field.Scalar(known) is not { } text) return null;
        if (text == known) return text;
        field.Report(ProblemCode.BadChoice, "no adapter counts this", known);
        return null;
    }
}
