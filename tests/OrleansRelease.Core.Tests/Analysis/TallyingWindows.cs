using OrleansRelease.Core.Analysis;

namespace OrleansRelease.Core.Tests.Analysis;

public sealed class TallyingWindows
{
    // No two counters are alike, so that none is taken for another.
    private static readonly Tally Before = Tally.From(Measured.Nine) with
    {
        NextWindow = 7,
        Passed = 10,
        Failed = 20,
        Inconclusive = 30,
        NoData = 40,
        Errors = 50,
        PassedInRow = 1,
        NoDataInRow = 2,
        ErrorsInRow = 3,
        UnusableInRow = 5,
        Covered = TimeSpan.FromMinutes(9),
    };

    [Theory]
    [InlineData(Verdict.Pass, "10+1 20 30 40 50", "1+1 0 0 0", 10)]
    [InlineData(Verdict.Fail, "10 20+1 30 40 50", "0 0 0 0", 9)]
    [InlineData(Verdict.Inconclusive, "10 20 30+1 40 50", "0 0 0 0", 9)]
    [InlineData(Verdict.NoData, "10 20 30 40+1 50", "0 2+1 0 5+1", 9)]
    [InlineData(Verdict.Error, "10 20 30 40 50+1", "0 0 3+1 5+1", 9)]
    public void A_window_counts_once_in_all_and_in_its_row(
        Verdict verdict, string inAll, string inRow, int coveredMinutes)
    {
        var after = ThresholdJudge.Add(Before, Measured.Judged(verdict, window: 7));

        Assert.Equal(Sums(inAll), [after.Passed, after.Failed, after.Inconclusive, after.NoData, after.Errors]);
        Assert.Equal(
            Sums(inRow), [after.PassedInRow, after.NoDataInRow, after.ErrorsInRow, after.UnusableInRow]);
        Assert.Equal(TimeSpan.FromMinutes(coveredMinutes), after.Covered);
        Assert.Equal(8, after.NextWindow);
        Assert.Equal(verdict, after.Last!.Verdict);
    }

    [Theory]
    [InlineData(Verdict.Pass)]
    [InlineData(Verdict.Inconclusive)]
    [InlineData(Verdict.NoData)]
    [InlineData(Verdict.Error)]
    public void A_window_that_does_not_count_only_moves_it_on(Verdict verdict)
    {
        var judged = Measured.Judged(verdict, window: 7, counted: false);
        var after = ThresholdJudge.Add(Before, judged);

        Assert.Equal(judged, Assert.Single(after.Recent));
        Assert.Equal(Before with { NextWindow = 8, Recent = after.Recent }, after);
    }

    [Fact]
    public void Windows_that_nobody_read_are_left_out() =>
        Assert.Equal(13, ThresholdJudge.Add(Before, Measured.Judged(Verdict.Pass, window: 12)).NextWindow);

    [Theory]
    [InlineData(2, 0)]
    [InlineData(3, 1)]
    [InlineData(4, 1)]
    public void Only_windows_that_began_after_it_cover_the_time_that_is_to_be_covered(int window, int minutes)
    {
        var tally = Tally.From(Measured.Nine) with { CoveredFrom = Measured.Nine.AddMinutes(3) };
        var after = ThresholdJudge.Add(tally, Measured.Judged(Verdict.Pass, window));

        Assert.Equal((1, TimeSpan.FromMinutes(minutes)), (after.Passed, after.Covered));
    }

    [Fact]
    public void The_newest_twenty_windows_are_kept_for_people()
    {
        var after = Measured.After(new string('P', 25));

        Assert.Equal(25, after.Passed);
        Assert.Equal(Enumerable.Range(5, 20), after.Recent.Select(judged => judged.Window.Number));
        Assert.Equal(24, after.Last!.Window.Number);
    }

    [Fact]
    public void It_begins_with_nothing()
    {
        var tally = Tally.From(Measured.Nine);

        Assert.Equal(
            new Tally(
                Measured.Nine, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Measured.Nine, TimeSpan.Zero, tally.Recent),
            tally);
        Assert.Empty(tally.Recent);
        Assert.Null(tally.Last);
    }

    [Fact]
    public void What_was_measured_is_what_gave_a_number() =>
        Assert.Equal(1 + 2 + 3, Measured.After("PFFIIINNNNEEEEE").Measured);

    private static IEnumerable<int> Sums(string written) =>
        written.Split(' ').Select(sum => sum.Split('+').Sum(int.Parse));
}
