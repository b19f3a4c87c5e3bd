using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Ports.Metrics;

/// <summary>
/// Reads the numbers that one series had over a stretch of time. Never throws for what a source answers.
/// </summary>
public interface IMetricRanges
{
    /// <summary>The adapter's name in <see cref="MetricsConnection.Adapter"/>.</summary>
    string Name { get; }

    Task<RangeReading> ReadRangeAsync(RangeQuery query, CancellationToken cancellation);
}

/// <summary>One query at every step of a window but its start, within a time-out.</summary>
/// <param name="Connection">Whom to ask.</param>
/// <param name="Text">Filled in but for the window's own words.</param>
/// <param name="Window">The whole stretch.</param>
/// <param name="Step">Between two points; a second or more.</param>
/// <param name="Timeout">For all of it.</param>
/// <param name="IsPatient">
/// Nothing waits for the answer: where only so many are asked at once, all others go first, and are left most places.
/// </param>
public sealed record RangeQuery(
    MetricsConnection Connection, string Text, Window Window, TimeSpan Step, TimeSpan Timeout,
    bool IsPatient = false);

/// <summary>One number of a series; it may be NaN or infinite, as its source says it.</summary>
public readonly record struct MetricPoint(DateTimeOffset At, double Number);

/// <summary>What a source says about a stretch of time.</summary>
public abstract record RangeReading
{
    private RangeReading()
    {
    }

    /// <summary>In the order of time; steps at which the source has nothing are missing. Never empty.</summary>
    public sealed record Points(ImmutableArray<MetricPoint> All) : RangeReading;

    /// <summary>
    /// The source answered, and has nothing of the kind in this time. Known: it knows every name in the query, so
    /// nothing of the kind has happened.
    /// </summary>
    public sealed record NoData(string Reason, bool IsKnown = false) : RangeReading;

    /// <summary>The source did not answer, or with something that is no answer.</summary>
    public sealed record Error(string Reason) : RangeReading;
}
