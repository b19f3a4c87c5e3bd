using OrleansRelease.Core.Analysis.Kayenta;

namespace OrleansRelease.Core.Analysis.Judging;

/// <summary>What a judge says of one metric by its values alone.</summary>
/// <param name="Verdict">Of this metric.</param>
/// <param name="Classification">The same in the words of the answer.</param>
/// <param name="Reason">Why, with the arithmetic.</param>
/// <param name="Deviation">How many times what it is held against.</param>
/// <param name="Interval">By how much it is larger.</param>
internal sealed record Opinion(
    Verdict Verdict, Classification Classification, string Reason, double? Deviation = null, Shift? Interval = null)
{
    public static Opinion NoData(string reason) => new(Verdict.NoData, Classification.Nodata, reason);

    /// <summary>
    /// What it comes to where values had to be there: as the peer has it, missing ones fail the metric, and of a
    /// critical one all else that is no verdict does, too. Undecided is none of that: the values are there.
    /// </summary>
    public JudgedMetric Of(KayentaMetric metric)
    {
        var isMissing = Verdict == Verdict.NoData && metric.MustHaveData;
        var verdict = isMissing || (metric.Critical && Verdict is Verdict.NoData or Verdict.Error)
            ? Verdict.Fail
            : Verdict;
        return new(
            metric.Name, isMissing && !metric.Critical ? Classification.NodataFailMetric : Classification, verdict,
            metric.Critical && verdict == Verdict.Fail, Reason, Deviation, Interval);
    }
}
