using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Slos;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Manifests.Resolving;

/// <summary>What must hold of a whole rollout before it can start.</summary>
internal static class Soundness
{
    /// <summary>Of each some 15 kB are kept with the rollout: two make what is called a large row.</summary>
    private const int MostHistograms = 2;

    public static void Check(SlotResolution slot, Ledger ledger)
    {
        var stepped = slot.Steps.OfType<Step.Analyse>().SelectMany(step => step.Metrics);
        var asked = slot.Background.Concat(stepped)
            .Where(metric => metric.Source.IsQueried).ToList();
        if (slot.Metrics is null && asked.Count > 0)
        {
            var names = asked.Select(metric => metric.Name).Distinct();
            ledger.Refuse(RefusalCodes.NoMetrics,
                $"the environment has no source for the queries of {string.Join(", ", names)}",
                "spec:\n  connections:\n    metrics: {prometheus: {url: URL}}");
        }

        var histograms = asked.Count(metric => metric.Source is MetricSource.Histogram);
        if (histograms > MostHistograms)
        {
            ledger.Refuse(RefusalCodes.BadLimit,
                $"{histograms} histograms are compared, and what is remembered of them is large",
                $"at most {MostHistograms} in the analysis of a rollout and its steps together");
        }

        if (slot.DegradationBudget is not null)
        {
            foreach (var slo in slot.Slos.Where(slo => StepPrice.LimitOf(slo, slot.Background) is null))
            {
                ledger.Refuse(RefusalCodes.SloNotJudged,
                    $"nothing ends an outage as the SLO {slo.Name} counts it, so nobody can say what a step may cost",
                    $"{slo.Metric.Split('/')[0]} in the strategy's analysis, with max: LIMIT (or min: LIMIT) on "
                        + slo.Metric);
            }
        }

        // A dry run counts for nothing, so it bounds nothing either.
        if (slot.Background.IsEmpty || slot.Background.Any(metric => metric.Counts && metric.Thresholds.IsHard))
            return;
        ledger.Refuse(RefusalCodes.NoBound,
            "no metric has a hard limit, so nobody can say how long a way back takes: "
            + string.Join(", ", slot.Background.Select(metric => metric.Name)),
            $"max: LIMIT (or min: LIMIT) on {slot.Background[0].Name}, or router-errors in the analysis");
    }
}
