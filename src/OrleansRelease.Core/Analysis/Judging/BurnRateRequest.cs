using System.Collections.Immutable;
using System.Globalization;
using OrleansRelease.Core.Analysis.Kayenta;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Slos;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Analysis.Judging;

/// <summary>
/// A request to the judge of error budgets: the experiment's own requests, in windows of five minutes up to now, as a
/// rollout is judged by what its candidate burns.
/// </summary>
/// <param name="Objective">The share of requests that shall be good.</param>
/// <param name="Period">For which the budget is.</param>
/// <param name="Scoring">What the metrics come to together.</param>
/// <param name="Metrics">In order.</param>
internal sealed record BurnRateRequest(
    decimal Objective, TimeSpan Period, Scoring Scoring, ImmutableArray<GivenMetric> Metrics)
{
    private const string Totals = "all requests of each window of five minutes, as many as experiment has, or null";

    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;

    private static readonly string Version = BurnJudge.NameOf(BurnJudge.Version);

    public static BurnRateRequest Read(
        JudgeConfig config, Scoring scoring, ImmutableArray<GivenMetric> metrics, FieldProblems problems)
    {
        for (var i = 0; i < metrics.Length; i++)
        {
            var totals = metrics[i].Values.ExperimentTotals;
            if (totals is null || totals.Count != metrics[i].Values.Experiment?.Count)
                problems.Add($"metrics[{i}].experimentTotals", null, "it is missing, or not as many", Totals);
        }

        var period = TimeSpan.FromDays(problems.Number(
            "config.periodDays", config.PeriodDays, BuiltIn.SloWindow.TotalDays, Slo.ShortestWindow.TotalDays,
            Slo.LongestWindow.TotalDays));
        if (ProblemOf(config.Objective, period) is var (reason, expected))
        {
            problems.Add(
                "config.objective", config.Objective?.ToString(CultureInfo.InvariantCulture), reason, expected);
        }

        return new(config.Objective ?? 0, period, scoring, metrics);
    }

    public JudgeAnswer Judge() => Scoring.Answer(Judges.BurnRate, Version, Metrics, Opine);

    // As of a manifest: a budget that no outage spends too fast would pass whatever happens.
    private static (string Reason, string Expected)? ProblemOf(decimal? objective, TimeSpan period) =>
        objective is > 0 and < 1 and var share
            ? Paging.ProblemOf(new Quantity(QuantityKind.Percent, share), period)
            : ("it is missing, or no share between 0 and 1", "the share that shall be good, such as 0.999");

    private Opinion Opine(GivenMetric metric)
    {
        var burn = new BurnOf(
            new Slo(
                metric.Name, Objective, Period, metric.Name, new MetricSource.Query(""), BurnOf.Tile, BurnOf.Timeout,
                BuiltIn.RatioMinSamples),
            BurnScope.Candidate);
        var (bad, totals) = (metric.Values.Experiment!, metric.Values.ExperimentTotals!);
        var tiles = ImmutableArray.CreateBuilder<Tile>(bad.Count);
        for (var i = 0; i < bad.Count; i++)
        {
            if (metric.Counts(bad[i], totals[i]) is Reading.Counts counts)
                tiles.Add(new(Start + (BurnOf.Tile * (i + 1)), counts.Bad, counts.Total));
        }

        if (tiles.Count == 0) return Opinion.NoData("no window has counts");
        var pairs = burn.Measure(tiles.ToImmutable(), Start, Start + (BurnOf.Tile * bad.Count));
        var verdict = RolloutBurn.Judge(burn, pairs);
        return new(verdict.Verdict, Classify(verdict.Verdict), verdict.Detail);
    }

    private static Classification Classify(Verdict verdict) => verdict switch
    {
        Verdict.Pass => Classification.Pass,
        Verdict.NoData => Classification.Nodata,
        Verdict.Error => Classification.Error,
        _ => Classification.High,
    };
}
