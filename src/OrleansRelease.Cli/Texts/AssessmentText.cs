using System.Globalization;
using OrleansRelease.Core.Analysis.Judging;
using OrleansRelease.Core.Explaining;

namespace OrleansRelease.Cli.Texts;

/// <summary>What a template would have made of measurements.</summary>
internal static class AssessmentText
{
    public static string Of(TemplateTest test, int width) => string.Join('\n',
    [
        .. test.Metrics.SelectMany(metric => OfMetric(metric, width)),
        $"verdict   {test.Verdict}",
    ]);

    private static IEnumerable<string> OfMetric(TestedMetric metric, int width)
    {
        var it = metric.Assessment;
        var name = metric.Limits.Length == 0 ? metric.Name : $"{metric.Name} · {metric.Limits}";
        yield return Layout.Ends(name + (metric.DryRun ? " · dry run" : ""), Ending(it), width);
        foreach (var line in Words.Columns([.. it.Windows.Select(window => new[]
        {
            window.Number.ToString(CultureInfo.InvariantCulture).PadLeft(5), $"{window.Verdict}", window.Detail,
            window.Phase is { } phase ? $"→ {phase}" : "→ open",
        })]))
        {
            yield return line;
        }

        if (it.Windows.LastOrDefault(window => window.Beside is not null)?.Beside is { } beside)
            yield return $"    beside what is stable  {beside}";
        yield return "";
    }

    private static string Ending(Assessment it) => it.Windows.IsEmpty
        ? $"{it.AtTheEnd}: no series"
        : $"{it.AtTheEnd}: {it.Reason}" + (it.DecidedAt is { } at
            ? string.Create(CultureInfo.InvariantCulture, $", decided at {at}")
            : "");
}
