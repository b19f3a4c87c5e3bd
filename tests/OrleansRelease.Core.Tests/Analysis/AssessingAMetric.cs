using OrleansRelease.Core.Analysis;

namespace OrleansRelease.Core.Tests.Analysis;

/// <summary>
/// Windows are written as the first letters of their verdicts: pass, fail, inconclusive, no data, error.
/// </summary>
public sealed class AssessingAMetric
{
    [Theory]
    [InlineData("", null)]
    [InlineData("PPPPPPPP", null)]
    // More than one failure, in a row or not.
    [InlineData("F", null)]
    [InlineData("FF", Verdict.Fail)]
    [InlineData("FPPPF", Verdict.Fail)]
    [InlineData("FNNF", Verdict.Fail)]
    // More than two inconclusive ones, in a row or not.
    [InlineData("II", null)]
    [InlineData("III", Verdict.Inconclusive)]
    [InlineData("IPIPI", Verdict.Inconclusive)]
    // More than two in a row without data.
    [InlineData("NN", null)]
    [InlineData("NNN", Verdict.NoData)]
    [InlineData("NNPNN", null)]
    [InlineData("NNFNN", null)]
    [InlineData("NNINN", null)]
    [InlineData("NNNP", null)]
    // More than one error in a row.
    [InlineData("E", null)]
    [InlineData("EE", Verdict.Error)]
    [InlineData("EPE", null)]
    [InlineData("EEP", null)]
    public void Its_limits_leave_it_open_until_one_is_passed(string windows, Verdict? verdict) =>
        Assert.Equal(verdict, ThresholdJudge.Assess(Measured.Limits, Measured.After(windows)));

    [Theory]
    [InlineData("NE", null)]
    [InlineData("NEN", Verdict.NoData)]
    [InlineData("ENE", Verdict.Error)]
    [InlineData("NNE", Verdict.Error)]
    [InlineData("NEPNE", null)]
    public void A_source_that_alternates_between_no_data_and_errors_has_no_evidence_either(
        string windows, Verdict? verdict) =>
        Assert.Equal(verdict, ThresholdJudge.Assess(Measured.Limits, Measured.After(windows)));

    [Theory]
    [InlineData("NNNFF", Verdict.Fail)]
    [InlineData("FFIII", Verdict.Fail)]
    [InlineData("FFNNN", Verdict.Fail)]
    [InlineData("FFEE", Verdict.Fail)]
    [InlineData("FFPPPP", Verdict.Fail)]
    [InlineData("IIINNN", Verdict.Inconclusive)]
    [InlineData("IIIEE", Verdict.Inconclusive)]
    [InlineData("IIIPPPP", Verdict.Inconclusive)]
    public void The_worst_verdict_is_the_verdict(string windows, Verdict verdict)
    {
        var limits = Measured.Limits with { Count = 4, ConsecutiveSuccessLimit = 4 };

        Assert.Equal(verdict, ThresholdJudge.Assess(limits, Measured.After(windows)));
    }

    [Theory]
    [InlineData("PP", null)]
    [InlineData("PPP", Verdict.Pass)]
    [InlineData("PPF", Verdict.Pass)]
    [InlineData("FIP", Verdict.Pass)]
    [InlineData("PFF", Verdict.Fail)]
    // Windows without a number are no measurements.
    [InlineData("PPN", null)]
    [InlineData("PPE", null)]
    [InlineData("PNPEP", Verdict.Pass)]
    // Within every limit, but nothing has passed.
    [InlineData("FII", Verdict.Inconclusive)]
    public void With_a_count_of_three_it_is_decided_after_three_measurements(string windows, Verdict? verdict) =>
        Assert.Equal(
            verdict, ThresholdJudge.Assess(Measured.Limits with { Count = 3 }, Measured.After(windows)));

    [Theory]
    [InlineData("P", null)]
    [InlineData("PP", Verdict.Pass)]
    [InlineData("PFP", null)]
    [InlineData("PIP", null)]
    [InlineData("PNP", null)]
    [InlineData("PEP", null)]
    [InlineData("FPP", Verdict.Pass)]
    public void With_a_limit_of_successes_it_passes_after_so_many_in_a_row(string windows, Verdict? verdict)
    {
        var limits = Measured.Limits with { Count = 10, ConsecutiveSuccessLimit = 2 };

        Assert.Equal(verdict, ThresholdJudge.Assess(limits, Measured.After(windows)));
    }

    /// <summary>A row that was there once is not lost by what comes after it, while that is within limits.</summary>
    [Theory]
    [InlineData("PFP", null)]
    [InlineData("PFPI", Verdict.Inconclusive)]
    [InlineData("PFPIP", Verdict.Inconclusive)]
    [InlineData("PFPIPP", Verdict.Pass)]
    [InlineData("PPFP", Verdict.Pass)]
    [InlineData("PPFPIP", Verdict.Pass)]
    [InlineData("PFNPP", Verdict.Pass)]
    public void With_both_the_row_has_to_be_there_within_the_count(string windows, Verdict? verdict)
    {
        var limits = Measured.Limits with { Count = 4, ConsecutiveSuccessLimit = 2 };

        Assert.Equal(verdict, ThresholdJudge.Assess(limits, Measured.After(windows)));
    }

    [Theory]
    [InlineData("F", Verdict.Fail)]
    [InlineData("I", Verdict.Inconclusive)]
    [InlineData("N", Verdict.NoData)]
    [InlineData("E", Verdict.Error)]
    [InlineData("P", null)]
    public void A_limit_of_zero_allows_none(string windows, Verdict? verdict)
    {
        var limits = Measured.Limits with
        {
            FailureLimit = 0,
            InconclusiveLimit = 0,
            NoDataLimit = 0,
            ConsecutiveErrorLimit = 0,
        };

        Assert.Equal(verdict, ThresholdJudge.Assess(limits, Measured.After(windows)));
    }
}
