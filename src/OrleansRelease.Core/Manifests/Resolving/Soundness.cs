using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Slos;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Manifests.Resolving;

/// <summary>What must hold of a whole rollout before it can start.</summary>
internal static class Soundness
{
    public static void Check(SlotResolution slot, Ledger ledger)
    {
        var stepped = slot.Steps.OfType<Step.Analyse>().SelectMany(step => step.Metrics);
        var asked = slot.Background.Concat(stepped)
            .Where(metric => metric.Source is MetricSource.Query or MetricSource.Ratio)
            .Select(metric => metric.Name).Distinct().ToList();
        if (slot.Metrics is null && asked.Count > 0)
        {
            ledger.Refuse(RefusalCodes.NoMetrics,
                $"the environment has no source for the queries of {string.Join(", ", asked)}",
                "spec:\n  connections:\n    metrics: {prometheus: {url: URL}}");
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
