using System.Collections.Immutable;
using System.Globalization;

namespace OrleansRelease.Core.Analysis.Kayenta;

/// <summary>Both sides of one metric.</summary>
public sealed record MetricSides(
    KayentaMetric Metric, ReadOnlyMemory<double> Control, ReadOnlyMemory<double> Experiment);

/// <summary>Every metric, compared, and what they come to together.</summary>
public sealed record KayentaResult(Scored Total, ImmutableArray<Classified> Metrics)
{
    /// <summary>
    /// The grade as a verdict; marginal is Inconclusive. Where half of the metrics or more could not be compared, and
    /// what is left passes, the peer passes, because errors and what is replaced by zero count neither way: here that
    /// is an Error, as no evidence is never success.
    /// </summary>
    public Verdict Verdict => Total.Grade switch
    {
        Grade.Fail => Verdict.Fail,
        _ when IsWithoutEvidence => Verdict.Error,
        Grade.Marginal => Verdict.Inconclusive,
        _ => Verdict.Pass,
    };

    /// <summary>Why, with the arithmetic.</summary>
    public string Reason => Verdict == Verdict.Error
        ? string.Create(
            CultureInfo.InvariantCulture, $"{WithoutEvidence} of {Metrics.Length} metrics could not be compared")
        : Total.Reason;

    private bool IsWithoutEvidence => WithoutEvidence * 2 >= Metrics.Length;

    private int WithoutEvidence => Metrics.Count(metric =>
        metric.IsWithoutValues || metric.Classification is Classification.Error or Classification.Nodata);
}

/// <summary>
/// Compares a new version with what runs beside it by the rules of Kayenta's NetflixACAJudge-v1.0, so that whoever
/// comes from there is judged as before. Pure: the same values give the same result, in any order.
/// </summary>
public static class KayentaJudge
{
    /// <summary>Another number stands for other arithmetic, of one metric or of the score.</summary>
    public const string Version = "kayenta/2";

    public static KayentaResult Judge(KayentaSettings settings, ImmutableArray<MetricSides> metrics)
    {
        ImmutableArray<Classified> classified =
        [
            .. metrics.Select(one => Classifier.Classify(
                settings, one.Metric, one.Control.Span, one.Experiment.Span)),
        ];
        return new(Scorer.Score(settings, classified), classified);
    }
}
