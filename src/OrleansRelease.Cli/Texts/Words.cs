namespace OrleansRelease.Cli.Texts;

/// <summary>Texts side by side.</summary>
internal static class Words
{
    /// <summary>Parts side by side, on as many lines as they need.</summary>
    public static List<string> Wrap(IEnumerable<string> parts, string between, int width)
    {
        var lines = new List<string>();
        foreach (var part in parts)
        {
            if (lines.Count == 0)
                lines.Add(part);
            else if (lines[^1].Length + between.Length + part.Length <= width)
                lines[^1] += between + part;
            else
                lines.Add(between.TrimStart() + part);
        }

        return lines;
    }

    /// <summary>Columns as wide as their widest text; the last one as it is.</summary>
    public static IEnumerable<string> Columns(IReadOnlyList<string[]> rows)
    {
        if (rows.Count == 0) return [];
        var widths = rows[0].Select((_, column) => rows.Max(row => row[column].Length)).ToArray();
        return rows.Select(row => string.Join("  ", row.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());
    }
}
