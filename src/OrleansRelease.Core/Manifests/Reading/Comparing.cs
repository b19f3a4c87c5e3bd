using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Manifests.Reading;

/// <summary><c>compare</c> of a metric: with which version, and how much worse the new one may be.</summary>
internal static class Comparing
{
    private const string Shape = "{to: stable, margin: 0.5%}";

    /// <param name="fields">The metric, or what is different about it.</param>
    /// <param name="source">Where its numbers come from; null where that is said elsewhere.</param>
    public static CompareSpec? Take(Fields fields, MetricSource? source)
    {
        if (fields.Take("compare") is not { } field || field.Object(Shape) is not { } said) return null;
        var to = said.Take("to")?.Choice<ComparedVersion>() ?? ComparedVersion.Stable;
        var margin = Margin(said.Take("margin"));
        said.End();
        if (source is not null && !UnitRules.IsCounted(source))
        {
            field.ReportKey(ProblemCode.Conflict,
                "only counts can be compared: the judge must know how many requests there were",
                "ratio: {bad: TEXT, total: TEXT}, histogram: TEXT, or the metric without compare");
        }

        return new(to, margin);
    }

    private static Quantity? Margin(Field? field)
    {
        if (field?.Quantity() is not { } margin) return null;
        if (UnitRules.Mismatch(Unit.Ratio, margin) is not { } expected) return margin;
        field.Report(ProblemCode.BadRatio, "the margin is a difference of shares of requests", expected);
        return null;
    }
}
