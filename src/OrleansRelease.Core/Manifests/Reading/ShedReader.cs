using System.Collections.Immutable;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Manifests.Reading;

/// <summary>What a way back refuses first: <c>rollback.shed</c>.</summary>
internal static class ShedReader
{
    private const string Shape = "{capacityPerInstance: 40, retryAfter: 5s, header: X-Request-Class, low: [low]}";

    public static ShedSpec? Read(Field? field)
    {
        if (field?.Object(Shape) is not { } fields) return null;
        var shed = new ShedSpec(
            fields.Need("capacityPerInstance", "capacityPerInstance: 40, in requests at once")
                ?.Whole(1, ShedRule.MaxPerInstance) ?? 0,
            RetryAfter(fields.Take("retryAfter")),
            Text(fields.Take("header"), "the name of a header, such as X-Request-Class"),
            Low(fields.Take("low")));
        fields.End();
        return shed;
    }

    private static TimeSpan? RetryAfter(Field? field)
    {
        if (field?.Duration() is not { } after) return null;
        if (Shedding.IsRetryAfter(after)) return after;
        field.Report(ProblemCode.BadDuration, "nobody comes again so soon or so late", Shedding.RetryAfterShape);
        return null;
    }

    private static ImmutableArray<string>? Low(Field? field)
    {
        const string shape = "a list of values of the header, such as [low]";
        if (field?.Items(shape) is not { } items) return null;
        if (items.Count is 0 or > Shedding.MaxLow)
            field.ReportKey(ProblemCode.BadReference, $"these are not 1 to {Shedding.MaxLow} values", shape);
        return [.. items.Select(item => Text(item, "a value of the header, such as low") ?? "").Distinct()];
    }

    private static string? Text(Field? field, string expected)
    {
        if (field?.Scalar(expected) is not { } text) return null;
        if (Shedding.IsText(text)) return text;
        field.Report(ProblemCode.BadText, $"this is not {Shedding.TextShape}", expected);
        return null;
    }
}
