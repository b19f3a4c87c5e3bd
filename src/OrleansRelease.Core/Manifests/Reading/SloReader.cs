using System.Collections.Immutable;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Manifests.Yaml;
using OrleansRelease.Core.Slos;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Manifests.Reading;

/// <summary>Objectives, and how much of their budgets one rollout may cost.</summary>
internal static class SloReader
{
    public const string Shape = "{name: availability, objective: 99.9%, metric: golden-signals/errors}";
    private const string ObjectiveShape = "the share of good requests, from 90% to less than 100%, such as 99.9%";
    private const string BudgetShape = "a share of the error budget left, more than 0% and at most 100%, such as 25%";
    public const string MetricShape = "TEMPLATE/METRIC, such as golden-signals/errors";

    private static readonly string[] OtherMethods = ["timeslices", "ratioTimeslices"];

    public static ImmutableArray<SloSpec>? Slos(Field? field)
    {
        if (field?.Items($"a list of objectives, such as [{Shape}]") is not { } items) return null;
        if (items.Count > Slo.Most) field.ReportKey(ProblemCode.BadReference, $"more than {Slo.Most} SLOs", "fewer");
        var slos = ImmutableArray.CreateBuilder<SloSpec>();
        foreach (var item in items)
        {
            if (One(item) is not { } slo) continue;
            if (slos.Any(other => other.Name == slo.Name))
                item.Report(ProblemCode.DuplicateName, $"{slo.Name} stands here twice", "each name once");
            slos.Add(slo);
        }

        return slos.ToImmutable();
    }

    public static Quantity? DegradationBudget(Field? field)
    {
        if (field is null) return null;
        return Share(field, BudgetShape) is { } share && IsIn(field, share, share.Value is > 0 and <= 1, BudgetShape)
            ? share
            : null;
    }

    private static SloSpec? One(Field field)
    {
        if (field.Object(Shape) is not { } fields) return null;
        var name = fields.Need("name", "name: availability")?.Name("the name of an SLO");
        var objective = fields.Need("objective", "objective: 99.9%") is { } said ? Objective(said) : null;
        var window = Window(fields.Take("window"));
        var metric = fields.Need("metric", $"metric: {MetricShape}") is { } named ? Metric(named) : null;
        var budgeting = Budgeting(fields.Take("budgeting"));
        fields.End();
        if (objective is { } share && Paging.ProblemOf(share, window ?? BuiltIn.SloWindow) is var (reason, expected))
            field.Report(ProblemCode.Conflict, reason, expected);
        return name is null || objective is null || metric is null
            ? null
            : new SloSpec(name, objective.Value, metric, window, budgeting);
    }

    // Of a lower objective even a full outage burns less than ten times as fast as the budget lasts, and pages late.
    private static Quantity? Objective(Field field) =>
        Share(field, ObjectiveShape) is { } share
            && IsIn(field, share, share.Value is >= 0.9m and < 1, ObjectiveShape)
            ? share
            : null;

    private static TimeSpan? Window(Field? field)
    {
        if (field?.Duration() is not { } window) return null;
        if (window >= Slo.ShortestWindow && window <= Slo.LongestWindow) return window;
        field.Report(ProblemCode.BadDuration, "an error budget has a longer or shorter period than this",
            $"{Slo.ShortestWindow.Days}d to {Slo.LongestWindow.Days}d, such as 30d");
        return null;
    }

    /// <summary>The full name of a metric.</summary>
    public static string? Metric(Field field)
    {
        if (field.Scalar(MetricShape) is not { } text) return null;
        if (text.Split('/') is [var template, var metric] && Label.IsValid(template) && Label.IsValid(metric))
            return text;
        field.Report(ProblemCode.BadReference, "this is not one metric of a template", MetricShape);
        return null;
    }

    private static BudgetingMethod? Budgeting(Field? field)
    {
        if (field?.Node is not YamlNode.Scalar { Text: var text } || !OtherMethods.Contains(text))
            return field?.Choice<BudgetingMethod>();
        Fields.ReportNotYet(field, "occurrences");
        return null;
    }

    private static Quantity? Share(Field field, string expected)
    {
        if (field.Quantity() is not { } quantity) return null;
        if (quantity.Kind == QuantityKind.Percent) return quantity;
        field.Report(ProblemCode.BadRatio, "this is a share",
            quantity.Kind == QuantityKind.Number
                ? UnitRules.Mismatch(Analysis.Unit.Ratio, quantity) ?? expected
                : expected);
        return null;
    }

    private static bool IsIn(Field field, Quantity share, bool isIn, string expected)
    {
        if (!isIn) field.Report(ProblemCode.BadRatio, $"{share} cannot be such a share", expected);
        return isIn;
    }
}
