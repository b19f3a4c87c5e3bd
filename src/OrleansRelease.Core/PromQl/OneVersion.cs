using System.Text.RegularExpressions;

namespace OrleansRelease.Core.PromQl;

/// <summary>Queries that count one version alone, as far as what their labels are matched with says it.</summary>
internal static partial class OneVersion
{
    /// <summary>Whether it asks for the version, and nowhere for all but it or for it and others.</summary>
    public static bool IsCounted(string query) =>
        query.Contains("{{version}}", StringComparison.Ordinal) && !OthersToo().IsMatch(query);

    [GeneratedRegex("""
        ![=~]\s*["'`][^"'`]*\{\{version\}\}
        |=~\s*["'`](?:[^"'`]*\|[^"'`]*\{\{version\}\}|[^"'`]*\{\{version\}\}[^"'`]*\|)
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex OthersToo();
}
