using System.Text.RegularExpressions;

namespace OrleansRelease.Core.PromQl;

/// <summary>
/// Queries of one version, asked of all of them together: only where the version stands alone as what a label must be
/// equal to can it be any.
/// </summary>
internal static partial class AllVersions
{
    public static string Of(string query) => EqualsVersion().Replace(query, "=~\".+\"");

    [GeneratedRegex("""(?<![!=])=\s*["']\{\{version\}\}["']""")]
    private static partial Regex EqualsVersion();
}
