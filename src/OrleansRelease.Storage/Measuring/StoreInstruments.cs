using System.Diagnostics.Metrics;

namespace OrleansRelease.Storage.Measuring;

/// <summary>
/// What the store counts about its writing, and about telling others of it. One set for the process: a store is also
/// opened by those who have no services to ask for one.
/// </summary>
internal static class StoreInstruments
{
    private static readonly InstrumentAdvice<double> Times = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3],
    };

    private static readonly Meter Meter = new(StorageNames.Meter);

    private static readonly Histogram<int> CommitRows = Meter.CreateHistogram(
        "orel.commit.rows", "{row}", "Writes that went into one commit", null,
        new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256] });

    private static readonly Histogram<double> CommitDuration = Meter.CreateHistogram(
        "orel.commit.duration", "s", "Time that the database took for one commit", null, Times);

    private static readonly Histogram<double> WriteDuration = Meter.CreateHistogram(
        "orel.write.duration", "s", "Time from the asking for a write to its being durable, its turn waited for", null,
        Times);

    private static readonly Histogram<double> StreamLag = Meter.CreateHistogram(
        "orel.stream.lag", "s", "Time from a decision's write to when a listener heard of it", null,
        new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300],
        });

    public static void OnHeard(TimeSpan lag) => StreamLag.Record(Math.Max(lag.TotalSeconds, 0));

    public static void OnCommit(int rows, TimeSpan took)
    {
        CommitRows.Record(rows);
        CommitDuration.Record(took.TotalSeconds);
    }

    public static void OnWritten(TimeSpan took) => WriteDuration.Record(took.TotalSeconds);
}
