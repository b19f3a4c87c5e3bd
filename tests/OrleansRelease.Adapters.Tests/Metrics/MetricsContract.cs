using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Specs;
using OrleansRelease.Ports.Metrics;

namespace OrleansRelease.Adapters.Tests.Metrics;

public enum SourceFault
{
    Dead,
    Empty,
    NaN,
    Slow,
    Malformed,
    Misspelt,
}

/// <summary>What everything that reads numbers promises.</summary>
public abstract class MetricsContract
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private protected static Window Window { get; } = new(3, Start, Start.AddSeconds(90));

    private protected abstract IMetrics Metrics { get; }

    private protected abstract MetricsConnection Connection { get; }

    private protected virtual TimeSpan Timeout => TimeSpan.FromSeconds(5);

    [Fact]
    public async Task A_query_reads_one_number()
    {
        Give("seconds", 0.25);

        Assert.Equal(new Reading.Value(0.25), await ReadAsync(new MetricSource.Query(Text("seconds"))));
    }

    [Theory]
    [InlineData(5, 100, 5, 100)]
    [InlineData(0, 0, 0, 0)]
    [InlineData(2.5, 10, 2.5, 10)]
    public async Task A_ratio_reads_two_counts(double bad, double total, double readBad, double readTotal)
    {
        Give("bad", bad);
        Give("total", total);

        Assert.Equal(new Reading.Counts(readBad, readTotal), await RatioAsync("bad", good: null));
    }

    [Fact]
    public async Task Good_requests_leave_the_bad_ones()
    {
        Give("good", 97);
        Give("total", 100);

        Assert.Equal(new Reading.Counts(3, 100), await RatioAsync(bad: null, "good"));
    }

    [Fact]
    public async Task An_absent_bad_beside_a_total_is_no_data_and_never_zero()
    {
        Give("total", 100);

        var reading = Assert.IsType<Reading.NoData>(await RatioAsync("bad", good: null));
        Assert.Contains("bad", reading.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_absent_total_is_no_data()
    {
        Give("bad", 1);

        Assert.IsType<Reading.NoData>(await RatioAsync("bad", good: null));
    }

    [Theory]
    [InlineData(-1, 100)]
    [InlineData(101, 100)]
    [InlineData(0, -1)]
    [InlineData(double.PositiveInfinity, 100)]
    [InlineData(1, double.PositiveInfinity)]
    public async Task Counts_that_cannot_be_are_an_error(double bad, double total)
    {
        Give("bad", bad);
        Give("total", total);

        Assert.IsType<Reading.Error>(await RatioAsync("bad", good: null));
    }

    [Fact]
    public async Task Not_a_number_is_no_data()
    {
        Give("seconds", double.NaN);

        Assert.IsType<Reading.NoData>(await ReadAsync(new MetricSource.Query(Text("seconds"))));
    }

    [Theory]
    [InlineData(SourceFault.Dead, false)]
    [InlineData(SourceFault.Slow, false)]
    [InlineData(SourceFault.Malformed, false)]
    [InlineData(SourceFault.Empty, true)]
    [InlineData(SourceFault.NaN, true)]
    [InlineData(SourceFault.Misspelt, true)]
    public async Task A_source_that_fails_gives_no_number(SourceFault fault, bool answers)
    {
        Give("seconds", 1);
        Break(fault);

        // Only what hangs is to be given up soon: a busy machine answers late.
        var reading = await ReadAsync(
            new MetricSource.Query(Text("seconds")), answers ? null : TimeSpan.FromSeconds(1));

        Assert.Equal(answers ? typeof(Reading.NoData) : typeof(Reading.Error), reading.GetType());
    }

    [Fact]
    public async Task What_is_counted_elsewhere_is_not_read_here() =>
        Assert.IsType<Reading.Error>(await ReadAsync(new MetricSource.Traffic("errors")));

    /// <summary>The source has this number from here on.</summary>
    private protected abstract void Give(string name, double value);

    private protected abstract string Text(string name);

    private protected abstract void Break(SourceFault fault);

    private protected Task<Reading> ReadAsync(MetricSource source, TimeSpan? timeout = null) => Metrics.ReadAsync(
        new MetricsQuery(Connection, source, Window, timeout ?? Timeout), CancellationToken.None);

    private Task<Reading> RatioAsync(string? bad, string? good) => ReadAsync(new MetricSource.Ratio(
        bad is null ? null : Text(bad), good is null ? null : Text(good), Text("total")));
}
