using System.Text.RegularExpressions;

namespace OrleansRelease.EndToEnd.Tests.Telemetry;

/// <summary>One metric with what can be said of it apart from its values.</summary>
internal sealed partial record MetricFamily(string Name, string Type, string Labels, string Meaning)
{
    /// <summary>As they are on a page in the text format.</summary>
    public static IReadOnlyList<MetricFamily> OfPage(string page)
    {
        var lines = page.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return
        [
            .. from match in lines.Select(line => TypeLine().Match(line))
            where match.Success
            let name = match.Groups[1].Value
            let help = $"# HELP {name} "
            select new MetricFamily(
                name, match.Groups[2].Value, LabelsOf(name, lines),
                lines.Single(line => line.StartsWith(help, StringComparison.Ordinal))[help.Length..]),
        ];
    }

    /// <summary>As they are in the tables of a document.</summary>
    public static IReadOnlyList<MetricFamily> OfDocument(string text) =>
    [
        .. from line in text.Split('\n')
        where line.StartsWith("| `", StringComparison.Ordinal)
        let cells = line.Split('|', StringSplitOptions.TrimEntries)
        select new MetricFamily(cells[1].Trim('`'), cells[2], Sorted(cells[3].Split(", ")), cells[4]),
    ];

    private static string LabelsOf(string name, string[] lines) => Sorted(
        from line in lines
        let series = Series().Match(line)
        where series.Success && FamilyOf(series.Groups[1].Value, name) == name
        from Match label in Label().Matches(series.Groups[2].Value)
        where label.Groups[1].Value != "le"
        select label.Groups[1].Value);

    private static string FamilyOf(string series, string name) =>
        Part().Replace(series, "") == name ? name : series;

    private static string Sorted(IEnumerable<string> labels) =>
        string.Join(", ", labels.Distinct().Order(StringComparer.Ordinal));

    [GeneratedRegex(@"\A# TYPE (\S+) (\S+)\z")]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"\A([a-z_]+)\{(.*)\} \S+\z")]
    private static partial Regex Series();

    [GeneratedRegex(@"([a-z_]+)=""")]
    private static partial Regex Label();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Part();
}
