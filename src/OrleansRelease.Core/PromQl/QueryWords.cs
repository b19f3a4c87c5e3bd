using System.Collections.Frozen;

namespace OrleansRelease.Core.PromQl;

/// <summary>The words of PromQL that are no names.</summary>
internal static class QueryWords
{
    /// <summary>Behind these stands a list of label names in round brackets.</summary>
    public static readonly FrozenSet<string> BeforeLabels = Set(
        "by", "without", "on", "ignoring", "group_left", "group_right");

    public static readonly FrozenSet<string> Aggregations = Set(
        "sum", "avg", "count", "min", "max", "group", "stddev", "stdvar", "topk", "bottomk", "count_values", "quantile",
        "limitk", "limit_ratio");

    private static readonly FrozenSet<string> Others = Set(
        "and", "or", "unless", "offset", "bool", "atan2", "start", "end", "inf", "nan");

    public static bool IsReserved(string word) =>
        BeforeLabels.Contains(word) || Aggregations.Contains(word) || Others.Contains(word);

    private static FrozenSet<string> Set(params string[] words) => words.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
