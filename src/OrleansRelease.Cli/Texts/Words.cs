namespace OrleansRelease.Cli.Texts;

/// <summary>Texts side by side.</summary>
internal static class Words
{
    /// <summary>
    /// Parts side by side, on as many lines as they need. What stands between them before its first space, a comma,
    /// say, ends a line; the rest begins the next one.
    /// </summary>
    public static List<string> Wrap(IEnumerable<string> parts, string between, int width)
    {
        var ends = between[..between.IndexOf(' ', StringComparison.Ordinal)];
        var lines = new List<string>();
        foreach (var part in parts)
        {
            if (lines.Count == 0)
                lines.Add(part);
            else if (lines[^1].Length + between.Length + part.Length + ends.Length <= width)
                lines[^1] += between + part;
            else
                Break(lines, ends, between[ends.Length..].TrimStart() + part);
        }

        return lines;
    }

    private static void Break(List<string> lines, string ends, string next)
    {
        lines[^1] += ends;
        lines.Add(next);
    }

    /// <summary>Columns as wide as their widest text; the last one as it is.</summary>
    public static IEnumerable<string> Columns(IReadOnlyList<string[]> rows)
    {
        if (rows.Count == 0) return [];
        var widths = rows[0].Select((_, column) => rows.Max(row => row[column].Length)).ToArray();
        return rows.Select(row => string.Join("  ", row.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());
    }
}
