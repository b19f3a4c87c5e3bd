using System.Collections.Immutable;
using System.Globalization;
using OrleansRelease.LoadTests.Judges;
using OrleansRelease.Testing;

namespace OrleansRelease.Core.Tests.Analysis.Sequential;

/// <summary>What <c>judges</c> of the load tests makes of its figures: which ones are not as they are known to be.
/// </summary>
public sealed class WhoIsSooner
{
    private const string Shape = "steady";
    private const string Errors = "errors 1 -> 2 %";

    private static readonly FalseAlarmsOf Few = new(Shape, 0.005, 0.005, 0.005, 0.005, 0.005, 0.005);

    private static readonly Later ByThreshold = new(Shape, Errors, "threshold");

    private static readonly ImmutableArray<Later> Known = [.. Later.Known.Select(known => known.Case)];

    [Theory]
    [InlineData(100.0, 100.0, 100.0)]
    [InlineData(100.0, 200.0, null)]
    [InlineData(null, null, null)]
    public void Who_needs_no_more_than_the_others_surprises_nobody(double? own, double? threshold, double? kayenta) =>
        Assert.Empty(Later.Surprises([Few], Needing(own, threshold, kayenta), []));

    [Theory]
    [InlineData(100.0, 99.0)]
    [InlineData(null, 99.0)]
    public void Who_needs_more_than_another_is_told_and_nothing_else_that_is_known(double? own, double threshold)
    {
        var found = Needing(own, threshold, null);

        Assert.Equal([$"{ByThreshold}, which is not known"], Later.Surprises([Few], found, []).AsEnumerable());
        Assert.Empty(Later.Surprises([Few], found, [ByThreshold]));
        Assert.Single(Later.Surprises([Few], Needing(own, threshold, 99), [ByThreshold]));
    }

    [Fact]
    public void More_false_alarms_of_its_own_make_no_comparison()
    {
        var found = Needing(100, 200, 200);
        Later alarms = new(Shape, Errors, Later.MoreAlarms);

        Assert.Equal(
            [$"{alarms}, which is not known"],
            Later.Surprises([Few with { ManyErrors = 0.0051 }], found, []).AsEnumerable());
        Assert.Empty(Later.Surprises([Few with { ManyErrors = 0.0051 }], found, [alarms]));
        Assert.Empty(Later.Surprises([Few with { Errors = 1, Latency = 1, ManyWithMargin = 1 }], found, []));
    }

    [Fact]
    public void What_is_known_and_not_so_any_more_is_told_where_it_was_measured()
    {
        var found = Needing(100, 200, 200);
        Later elsewhere = new("bursty", Errors, "threshold");

        Assert.Equal(
            [$"{ByThreshold}, which is known and not so any more"],
            Later.Surprises([Few], found, [ByThreshold, elsewhere]).AsEnumerable());
    }

    [Fact]
    public void A_run_with_a_surprise_has_not_met_what_is_wanted()
    {
        JudgesResult As(double threshold) => new(
            10_000, 1, new(2_000, 2_000), [Few],
            [.. Needing(100, threshold, 200).Select(one => one with { ShareWithin = 1 })]);

        Assert.True(As(100).IsAllSo);
        Assert.DoesNotContain("MISSED", As(100).Table(), StringComparison.Ordinal);
        Assert.False(As(99).IsAllSo);
        Assert.EndsWith($"MISSED\n{ByThreshold}, which is not known", As(99).Table(), StringComparison.Ordinal);
    }

    /// <summary>Else the next run is the first to say that the list is not true.</summary>
    [Fact]
    public void The_figures_on_record_are_as_they_are_known_to_be()
    {
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "results", "judges.txt"));
        var alarms = Under(lines, "shape        a rollout").Select(AlarmsOf).ToList();
        var found = Under(lines, "shape        defect").Select(FoundOf).ToList();

        Assert.Equal((6, 6 * 8 * 3), (alarms.Count, found.Count));
        Assert.Empty(Later.Surprises(alarms, found, Known));
        Assert.All(Known, known => Assert.NotEmpty(Later.Surprises(alarms, found, Known.Remove(known))));
    }

    private static Found[] Needing(double? own, double? threshold, double? kayenta) =>
    [
        new(Shape, Errors, "sequential", 1, 0, 10_000, own, null),
        new(Shape, Errors, "threshold", 1, 0, 10_000, threshold, null),
        new(Shape, Errors, "kayenta", 1, 0, 10_000, kayenta, null),
    ];

    private static IEnumerable<string> Under(string[] lines, string head) => lines
        .SkipWhile(line => !line.StartsWith(head, StringComparison.Ordinal)).Skip(1)
        .TakeWhile(line => line.Length > 0);

    private static FalseAlarmsOf AlarmsOf(string line)
    {
        var shares = Numbers(line[10..]).Select(percent => percent / 100).ToList();
        return new(line[..10].Trim(), shares[3], shares[2], shares[1], shares[0], shares[5], shares[4]);
    }

    private static Found FoundOf(string line)
    {
        var samples = line.Length > 84 ? Numbers(line[84..]).Select(number => (double?)number).FirstOrDefault() : null;
        return new(line[..10].Trim(), line[13..42].Trim(), line[45..58].Trim(), 0, 0, 0, samples, null);
    }

    private static IEnumerable<double> Numbers(string text) => text
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(number => double.Parse(number, CultureInfo.InvariantCulture));
}
