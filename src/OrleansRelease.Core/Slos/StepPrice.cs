using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Slos;

/// <summary>
/// What one share of the requests can cost an error budget at worst, as time for which everything is bad: population
/// share × failure rate × duration, as The Site Reliability Workbook (2018), "Canarying Releases", counts.
/// </summary>
/// <param name="Share">Of the requests.</param>
/// <param name="Outage">
/// All of the share is bad, and every limit on the way back is used up: share × 1 × bound. The bound holds for every
/// rate above the limit, so no lower one costs more.
/// </param>
/// <param name="Unnoticed">
/// The share is as bad as no limit convicts, for as long as the step takes by itself: share × limit × duration. A
/// pause that waits for a person is not counted: there is no end to it.
/// </param>
public sealed record StepPrice(Weight Share, TimeSpan Outage, TimeSpan Unnoticed)
{
    /// <summary>The dearer of both.</summary>
    [JsonIgnore]
    public TimeSpan Price => Outage > Unnoticed ? Outage : Unnoticed;

    /// <summary>Of every share that a rollout gives to its version, in the order of its steps.</summary>
    /// <param name="steps">Of the rollout.</param>
    /// <param name="limit">Above this share of bad requests a measurement fails.</param>
    /// <param name="bound">From the first bad request to the last one off the new version.</param>
    public static ImmutableArray<StepPrice> OfAll(ImmutableArray<Step> steps, double limit, TimeSpan bound)
    {
        var prices = ImmutableArray.CreateBuilder<StepPrice>();
        for (var i = 0; i < steps.Length; i++)
        {
            if (steps[i] is not Step.SetWeight { Weight: var weight } || weight == Weight.None) continue;
            var lasts = steps.Skip(i + 1).TakeWhile(step => step is not Step.SetWeight)
                .Aggregate(TimeSpan.Zero, (sum, step) => sum + step.AtLeast);
            prices.Add(new(weight, weight.Share * bound, weight.Share * limit * lasts));
        }

        return prices.ToImmutable();
    }

    /// <summary>
    /// The share of bad requests that nothing convicts, or null where nothing ends an outage as this metric counts it.
    /// </summary>
    public static double? LimitOf(Slo slo, IEnumerable<MetricSpec> background) => background
        .Where(metric => metric.Name == slo.Metric && metric.Counts)
        .Select(metric => LimitOf(metric.Thresholds))
        .FirstOrDefault(limit => limit is not null);

    // A most of the bad ones, and a least of the good ones: whichever convicts sooner.
    private static double? LimitOf(Thresholds thresholds)
    {
        var (most, least) = (thresholds.FailAbove ?? thresholds.Max, 1 - thresholds.Min);
        return most is null || least < most ? least : most;
    }
}
