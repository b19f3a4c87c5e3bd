using System.Globalization;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Cli.Texts;

/// <summary>Times, shares and columns as people read them.</summary>
internal static class Words
{
    /// <summary>The column at which what a label stands for begins.</summary>
    public const int Label = 10;

    /// <summary>To the second; under ten seconds to the tenth.</summary>
    public static string Age(TimeSpan age) => age < TimeSpan.FromSeconds(10)
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(age.TotalSeconds, 0):0.#}s")
        : Duration.Format(TimeSpan.FromSeconds(Math.Round(age.TotalSeconds)));

    /// <summary>A time of day, with the date where it is another day than now.</summary>
    public static string Clock(DateTimeOffset at, DateTimeOffset now) => at.UtcDateTime.ToString(
        at.UtcDateTime.Date == now.UtcDateTime.Date ? "HH:mm:ss'Z'" : "d MMM HH:mm:ss'Z'",
        CultureInfo.InvariantCulture);

    /// <summary>What moves from where to where, and what else belongs into a headline.</summary>
    public static string Moving(SlotKey slot, VersionName? from, VersionName to, string more) =>
        $"{slot.Service} {from?.ToString() ?? "nothing"} → {to} · {slot.Environment} · {more}";

    public static string Count(double count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    public static string Percent(double share) => (share * 100).ToString("0.00", CultureInfo.InvariantCulture) + " %";

    /// <summary>Two texts at the two ends of a line.</summary>
    public static string Ends(string left, string right, int width) =>
        left + new string(' ', Math.Max(width - left.Length - right.Length, 2)) + right;

    /// <summary>Lines under one label; the label stands once.</summary>
    public static IEnumerable<string> Under(string label, IEnumerable<string> lines) =>
        lines.Select((line, i) => (i == 0 ? label : "").PadRight(Label) + line);

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
