namespace OrleansRelease.Core.Analysis;

/// <summary>Which window of a metric is to be read next, and when.</summary>
public static class Windows
{
    /// <summary>How many missed windows are read after an outage; older ones count as nothing.</summary>
    public const int MaxLookBack = 20;

    public static Window At(MetricSpec metric, Tally tally, int number)
    {
        var start = tally.Start + (metric.Limits.Interval * number);
        return new Window(number, start, start + metric.Limits.Interval);
    }

    /// <summary>When the metric's next window is complete in its source.</summary>
    public static DateTimeOffset DueAt(MetricSpec metric, Tally tally, TimeSpan sourceDelay) =>
        At(metric, tally, tally.NextWindow).End + sourceDelay;

    /// <summary>The window to read now, or null when none has ended yet.</summary>
    public static Window? Due(MetricSpec metric, Tally tally, TimeSpan sourceDelay, DateTimeOffset now)
    {
        if (DueAt(metric, tally, sourceDelay) > now) return null;
        var newest = (int)Math.Min(int.MaxValue - 1, (now - sourceDelay - tally.Start) / metric.Limits.Interval) - 1;
        // Of a burn the windows overlap: what paged in an outage of this system and is over says nothing of now.
        var oldest = metric.Source.CanLookBack && metric.Burn is null ? newest - MaxLookBack : newest;
        return At(metric, tally, Math.Max(tally.NextWindow, oldest));
    }
}
