using System.Globalization;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Analysis.Seasonal;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Verdicts;

namespace OrleansRelease.Cli.Texts;

/// <summary>One verdict of a rollout, and all that it was made from.</summary>
internal static class VerdictText
{
    public static string Of(VerdictOnRecord it, DateTimeOffset now, int width) => string.Join('\n',
    [
        Layout.Ends(
            Text($"{it.Rollout} · {it.Metric} · window {it.Verdict.Window.Number}"),
            Text($"{it.Verdict.Verdict} · decision {it.Sequence} of {Readable.Clock(it.At, now)}"), width),
        .. Layout.Under("because", [it.Sentence]),
        .. Layout.Under("input", Input(it.Input)),
        .. Layout.Under("beside", it.Verdict.Beside is { Seen: var seen } ? [seen.Reason] : []),
        .. Layout.Under("past", it.Verdict.Past is { } past ? [past.Reason] : []),
        .. Layout.Under("limits", it.JudgedBy is { } metric ? Limits(metric) : []),
        .. Layout.Under("before", [Counted(it.Before)]),
        .. Layout.Under("judges", [Text($"{string.Join(", ", it.Judges)}, decided by version {it.DeciderVersion}")]),
        .. Layout.Under("replay", Replay(it)),
    ]);

    private static IEnumerable<string> Input(Measurement input)
    {
        yield return $"new version   {Reading(input.Reading)}";
        if (input.Stable is { } stable) yield return $"what is stable   {Reading(stable)}";
        if (input.Past is { } past) yield return $"usual   {Past(past)}";
        foreach (var pair in input.Burn ?? [])
        {
            yield return Text($"burn {pair.ShortWindow.Burn:0.##} and {pair.LongWindow.Burn:0.##}, ")
                + Text($"factor {pair.Factor}");
        }
    }

    private static string Reading(Reading reading) => reading switch
    {
        Reading.Value value => Text($"{value.Number}"),
        Reading.Counts counts => Text($"{counts.Bad} bad of {counts.Total}"),
        Reading.Buckets buckets => Text($"{buckets.Latencies.Total} latencies"),
        Reading.Checked seen => $"{(seen.Holds ? "holds" : "does not hold")}: {seen.Words}",
        Reading.NoData none => $"no data: {none.Reason}",
        Reading.Error error => $"error: {error.Reason}",
        _ => $"{reading}",
    };

    private static string Past(Past past) => past switch
    {
        Past.Usual usual => Text($"{usual.Centre} ± {usual.Spread}"),
        Past.NoData none => $"no data: {none.Reason}",
        Past.Error error => $"error: {error.Reason}",
        _ => $"{past}",
    };

    private static IEnumerable<string> Limits(MetricSpec metric)
    {
        var (limits, most) = (metric.Limits, metric.LimitsText);
        if (most.Length > 0) yield return most;
        yield return Text($"failureLimit {limits.FailureLimit}, inconclusiveLimit {limits.InconclusiveLimit}, ")
            + Text($"noDataLimit {limits.NoDataLimit}, consecutiveErrorLimit {limits.ConsecutiveErrorLimit}")
            + (limits.Count is { } count ? Text($", count {count}") : "")
            + (limits.ConsecutiveSuccessLimit is { } row ? Text($", consecutiveSuccessLimit {row}") : "");
    }

    private static string Counted(Tally tally) =>
        Text($"{tally.Passed} passed, {tally.Failed} failed, {tally.Inconclusive} inconclusive, ")
        + Text($"{tally.NoData} without data, {tally.Errors} errors");

    private static IEnumerable<string> Replay(VerdictOnRecord it)
    {
        var again = Text($"judged once more by version {it.Replay.DeciderVersion}");
        if (it.Replay.IsIdentical) yield return $"{again}: identical";
        else if (it.Replay.Otherwise is { } otherwise) yield return $"{again}: {otherwise.Verdict}: {otherwise.Detail}";
        else yield return $"{again}: not judged";
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
