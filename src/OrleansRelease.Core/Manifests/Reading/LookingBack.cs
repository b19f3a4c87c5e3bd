using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Analysis.Seasonal;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Manifests.Reading;

/// <summary><c>history</c> of a metric: what of the service's past it is held against.</summary>
internal static class LookingBack
{
    private const string Shape = "{days: 14, tolerance: 30%, bad: increase}";

    /// <summary>Of what is usual: ten times as much says nothing any more.</summary>
    private const decimal MostTolerance = 10;

    /// <param name="fields">The metric, or what is different about it.</param>
    /// <param name="source">Where its numbers come from; null where that is said elsewhere.</param>
    /// <param name="compare">Whether it is compared with a version as well.</param>
    public static HistorySpec? Take(Fields fields, MetricSource? source, CompareSpec? compare)
    {
        if (fields.Take("history") is not { } field || field.Object(Shape) is not { } said) return null;
        var days = said.Take("days")?.Whole(Season.LeastDays, Season.MostDays);
        var tolerance = Tolerance(said.Take("tolerance"));
        var bad = said.Take("bad")?.Choice<BadChange>();
        said.End();
        if (compare is not null)
        {
            field.ReportKey(ProblemCode.Conflict,
                "a metric that is compared with the stable version needs no past: what both share is no difference",
                "compare alone, or a second metric with history");
        }

        if (source is MetricSource.Histogram)
        {
            field.ReportKey(ProblemCode.Conflict,
                "a histogram is compared with the stable version alone",
                "compare: {margin: 1%}, or a query of its quantile with history");
        }

        if (source is MetricSource.Target or MetricSource.Traffic)
        {
            field.ReportKey(ProblemCode.Conflict, "nobody keeps what an adapter has counted",
                "query: TEXT or ratio: {bad: TEXT, total: TEXT}, or the metric without history");
        }

        if (source is MetricSource.Monitor)
        {
            field.ReportKey(
                ProblemCode.Conflict, "what a monitor sees now needs no past", "the metric without history");
        }

        return new(days, tolerance, bad);
    }

    private static Quantity? Tolerance(Field? field)
    {
        if (field?.Quantity() is not { } tolerance) return null;
        if (tolerance is { Kind: QuantityKind.Percent, Value: <= MostTolerance }) return tolerance;
        field.Report(ProblemCode.BadRatio, "the tolerance is a part of what is usual",
            tolerance.Kind == QuantityKind.Percent ? "at most 1000%" : "a part with its %, such as 30%");
        return null;
    }
}
