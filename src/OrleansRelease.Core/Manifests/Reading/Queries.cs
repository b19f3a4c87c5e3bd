using OrleansRelease.Core.PromQl;

namespace OrleansRelease.Core.Manifests.Reading;

/// <summary>Queries: text for a metric source, in which listed names are filled in.</summary>
internal static class Queries
{
    private const int MaxLength = 8192;

    /// <summary>What an argument may be made of.</summary>
    public static readonly string[] SlotWords = ["service", "environment", "version"];

    private static readonly string[] WindowWords = ["window", "windowStart", "windowEnd"];

    public static string? Query(this Field field, IEnumerable<string> args)
    {
        const string expected = "a query of the metric source";
        if (field.Scalar(expected) is not { } text) return null;
        if (string.IsNullOrWhiteSpace(text) || text.Length > MaxLength)
        {
            field.Report(ProblemCode.BadText, $"a query has 1 to {MaxLength} characters", expected);
            return null;
        }

        if (MadeUpNumbers.In(text) is { } word)
        {
            var shown = word == "vector" ? "vector(0)" : $"{word}(…)";
            field.Report(ProblemCode.BadText, $"or {shown} turns a misspelt metric into success",
                "the query without it: an absent bad beside a present total counts as 0");
            return null;
        }

        return Placeholders.Check(field, text, [.. SlotWords, .. WindowWords, .. args.Select(arg => "args." + arg)])
            ? text
            : null;
    }
}
