namespace OrleansRelease.LoadTests.Judges.Traffic;

/// <summary>All counters of a version as they were read once, at so many seconds.</summary>
internal readonly record struct Scrape(double At, double[] Values);

/// <summary>
/// What Prometheus' <c>increase()</c> makes of the scrapes of one window: the difference of the last and the first,
/// with what was counted before a reset, stretched to the ends of the window. It goes no further than half a scrape's
/// distance where a scrape is missing at an end, nor to before a counter can have been zero.
/// </summary>
internal static class Increase
{
    /// <summary>A scrape this many times later than usual is a missing one.</summary>
    private const double Late = 1.1;

    /// <summary>Null where a counter was read less than twice.</summary>
    public static double? Of(List<Scrape> scrapes, int counter, double start, double end)
    {
        if (scrapes.Count < 2) return null;
        var first = scrapes[0];
        var last = scrapes[^1];
        var increase = last.Values[counter] - first.Values[counter];
        for (var i = 1; i < scrapes.Count; i++)
        {
            var before = scrapes[i - 1].Values[counter];
            if (scrapes[i].Values[counter] < before) increase += before;
        }

        var seen = last.At - first.At;
        var apart = seen / (scrapes.Count - 1);
        var toStart = first.At - start;
        var toEnd = end - last.At;
        if (toStart >= apart * Late) toStart = apart / 2;
        if (toEnd >= apart * Late) toEnd = apart / 2;
        if (increase > 0) toStart = Math.Min(toStart, seen * (first.Values[counter] / increase));
        return increase * (seen + toStart + toEnd) / seen;
    }
}
