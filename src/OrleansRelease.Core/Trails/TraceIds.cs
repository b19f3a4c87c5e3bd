using System.Collections.Immutable;

namespace OrleansRelease.Core.Trails;

/// <summary>
/// What of a trace source's answer is kept. An id is 16 bytes in hex (W3C Trace Context, 2021, section 3.2.2.3), of
/// which some sources leave out leading zeros; whatever else a source says is dropped.
/// </summary>
public static class TraceIds
{
    /// <summary>How many are kept.</summary>
    public const int Most = 5;

    public const int MaxLength = 32;

    /// <summary>The first of them that are ids, in lower case, each once.</summary>
    public static ImmutableArray<string> Of(IEnumerable<string?> said) =>
        [.. said.OfType<string>().Where(IsOne).Select(id => id.ToLowerInvariant()).Distinct().Take(Most)];

    // All zeros is the id of no trace.
    private static bool IsOne(string text) =>
        text.Length is > 0 and <= MaxLength && text.All(char.IsAsciiHexDigit) && text.Any(digit => digit != '0');
}
