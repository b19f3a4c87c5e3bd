using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Analysis.Seasonal;

namespace OrleansRelease.Core.Tests.Analysis.Seasonal;

/// <summary>Usual are 200 ms with a spread of 10, over fourteen days; 30 % are tolerated.</summary>
public sealed class HoldingAgainstThePast
{
    private static readonly Past.Usual Usual = new(0.2, 0.01, 14, 56, 0.2, 0.2);

    [Theory]
    [InlineData(BadChange.Increase, 0.259, Verdict.Pass)]
    [InlineData(BadChange.Increase, 0.261, Verdict.Fail)]
    [InlineData(BadChange.Increase, 0.01, Verdict.Pass)]
    [InlineData(BadChange.Decrease, 0.141, Verdict.Pass)]
    [InlineData(BadChange.Decrease, 0.139, Verdict.Fail)]
    [InlineData(BadChange.Decrease, 5, Verdict.Pass)]
    [InlineData(BadChange.Either, 0.2, Verdict.Pass)]
    [InlineData(BadChange.Either, 0.261, Verdict.Fail)]
    [InlineData(BadChange.Either, 0.139, Verdict.Fail)]
    public void Only_the_bad_direction_beyond_the_tolerance_fails(BadChange bad, double value, Verdict verdict) =>
        Assert.Equal(verdict, Look(value, Usual, bad).Verdict);

    [Fact]
    public void The_reason_has_the_arithmetic()
    {
        Assert.Equal(
            "412 ms, usual 200 ms, allowed up to 260 ms (14 days, tolerance 30 %, 4.2 × 10 ms)",
            Look(0.412, Usual).Reason);
        Assert.Equal(
            "412 ms, usual 200 ms, allowed 140 ms to 260 ms (14 days, tolerance 30 %, 4.2 × 10 ms)",
            Look(0.412, Usual, BadChange.Either).Reason);
    }

    // Tables of Student's t: t(0.9995) is 4.221 at 13 degrees of freedom, 5.959 at 6, 8.610 at 4.
    [Theory]
    [InlineData(14, 4.221)]
    [InlineData(7, 5.959)]
    [InlineData(5, 8.610)]
    public void What_chance_needs_is_of_the_days_and_not_of_the_values(int days, double needed) =>
        Assert.Equal(needed, SeasonalJudge.Needed(days), 3);

    // The same at 0.99975 and 0.9999.
    [Theory]
    [InlineData(14, 2, 4.597)]
    [InlineData(14, 5, 5.111)]
    [InlineData(7, 2, 6.788)]
    public void Several_metrics_share_what_chance_may_do(int days, int metrics, double needed) =>
        Assert.Equal(needed, SeasonalJudge.Needed(days, metrics), 3);

    [Fact]
    public void A_past_that_scatters_allows_more_than_the_tolerance()
    {
        var wild = Usual with { Spread = 0.05 };

        // 4.221 × 50 ms are 211 ms.
        Assert.Equal(Verdict.Pass, Look(0.405, wild).Verdict);
        Assert.Equal(Verdict.Fail, Look(0.415, wild).Verdict);
    }

    [Fact]
    public void A_constant_past_without_a_tolerance_still_allows_some_percent()
    {
        var constant = Usual with { Spread = 0 };

        // A floor of 1 % of the centre, 4.221 times.
        Assert.Equal(Verdict.Pass, Look(0.208, constant, tolerance: 0).Verdict);
        Assert.Equal(Verdict.Fail, Look(0.209, constant, tolerance: 0).Verdict);
    }

    [Fact]
    public void A_past_of_zeros_does_not_say_what_is_much()
    {
        var zeros = new Past.Usual(0, 0, 14, 56, 0, 0);

        Assert.Equal(Verdict.Pass, Look(0, zeros).Verdict);
        Assert.Equal(Verdict.Inconclusive, Look(3, zeros).Verdict);
    }

    [Fact]
    public void What_is_as_on_the_same_day_of_the_week_passes_and_says_so()
    {
        var sunday = Usual with { SameWeekday = 0.38 };

        Assert.Equal(Verdict.Pass, Look(0.412, sunday).Verdict);
        Assert.EndsWith(": as on this day of the week", Look(0.412, sunday).Reason, StringComparison.Ordinal);
        Assert.Equal(Verdict.Fail, Look(0.6, sunday).Verdict);
    }

    [Fact]
    public void A_day_of_the_week_that_differs_the_other_way_excuses_nothing()
    {
        var sunday = Usual with { SameWeekday = 0.1 };

        Assert.Equal(Verdict.Fail, Look(0.412, sunday, BadChange.Either).Verdict);
        Assert.Equal(Verdict.Pass, Look(0.09, sunday, BadChange.Either).Verdict);
    }

    [Fact]
    public void Without_the_same_day_of_the_week_it_is_inconclusive()
    {
        var unknown = Usual with { SameWeekday = null };

        Assert.Equal(Verdict.Inconclusive, Look(0.412, unknown).Verdict);
        Assert.Equal(Verdict.Pass, Look(0.2, unknown).Verdict);
    }

    // Of 100 requests with 1 % bad ones the standard deviation is √(0.01 × 0.99 / 100), nearly one request; with 4.221
    // times that, 5.2 % are allowed. Of 10,000 requests it is the tolerance: 1.3 %, or 1 % + 4.221 × 0.1 %.
    [Theory]
    [InlineData(0.05, 100, Verdict.Pass)]
    [InlineData(0.06, 100, Verdict.Fail)]
    [InlineData(0.014, 10_000, Verdict.Pass)]
    [InlineData(0.015, 10_000, Verdict.Fail)]
    public void A_share_of_few_requests_may_be_off_by_chance(double share, double samples, Verdict verdict)
    {
        var errors = new Past.Usual(0.01, 0, 14, 56, 0.01, 0.01);

        Assert.Equal(
            verdict, SeasonalJudge.Look(Spec(BadChange.Increase, 0.3), errors, Unit.Ratio, share, samples).Verdict);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void All_bad_of_hardly_any_requests_is_no_evidence_where_none_was_before(double samples)
    {
        var none = new Past.Usual(0, 0, 14, 56, 0, 0);

        Assert.Equal(
            Verdict.Pass, SeasonalJudge.Look(Spec(BadChange.Increase, 0.3), none, Unit.Ratio, 1, samples).Verdict);
    }

    [Fact]
    public void The_same_judge_says_the_same_of_the_same()
    {
        var seen = Look(0.412, Usual);

        Assert.Equal(("seasonal/2", 0.412, 0.01, Usual), (seen.Judge, seen.Value, seen.Scatter, seen.Usual));
        Assert.Equal(0.06, seen.Allowed, 12);
        Assert.Equal(seen, Look(0.412, Usual));
    }

    private static BesidePast Look(
        double value, Past.Usual usual, BadChange bad = BadChange.Increase, double tolerance = 0.3) =>
        SeasonalJudge.Look(Spec(bad, tolerance), usual, Unit.Seconds, value, null);

    private static ComparedToPast Spec(BadChange bad, double tolerance) => new(14, tolerance, bad, "q");
}
