using System.Globalization;
using MathNet.Numerics;
using MathNet.Numerics.Distributions;

namespace OrleansRelease.Core.Analysis.Seasonal;

/// <summary>
/// Holds one window against what is usual at its time. It fails when it differs in the bad direction by more than the
/// tolerance, by more than chance, and by more than the tolerance from the same day of the week as well: a shop's
/// Sunday is no incident.
/// </summary>
public static class SeasonalJudge
{
    /// <summary>Another number stands for another arithmetic; on record with every verdict.</summary>
    public const string Version = "seasonal/2";

    /// <summary>
    /// The probability that chance takes one window beyond what is allowed, on one side, where all days are alike.
    /// </summary>
    public const double Alpha = 0.0005;

    /// <summary>Of the centre: a past that never changed does not make every change a large one.</summary>
    public const double LeastSpread = 0.01;

    /// <summary>
    /// How many times the spread a value may be off: Student's t with one degree of freedom less than there are days.
    /// There are more values than days, but those of one day are not independent. Each of several metrics gets the same
    /// part of what chance may do, so that a rollout with more of them is not wrong as many times as often.
    /// </summary>
    public static double Needed(int days, int metrics = 1) =>
        StudentT.InvCDF(0, 1, Math.Max(1, days - 1), 1 - (Alpha / Math.Max(1, metrics)));

    /// <summary>The verdict on one value.</summary>
    /// <param name="spec">What it is held to.</param>
    /// <param name="usual">What is usual at its time.</param>
    /// <param name="unit">Of the value, for the reason.</param>
    /// <param name="value">Finite, in the metric's unit.</param>
    /// <param name="samples">Of how many requests it is the share; null where it is no share.</param>
    /// <param name="metrics">How many metrics of the rollout are held against the past.</param>
    public static BesidePast Look(
        ComparedToPast spec, Past.Usual usual, Unit unit, double value, double? samples, int metrics = 1)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(usual);
        var scatter = Math.Max(
            SpecialFunctions.Hypotenuse(usual.Spread, OfSamples(usual.Centre, samples)),
            LeastSpread * Math.Abs(usual.Centre));
        var needed = Needed(usual.Days, metrics);
        var tolerated = spec.Tolerance * Math.Abs(usual.Centre);
        var allowed = Math.Max(tolerated, needed * scatter);
        var (verdict, also) = Decide(spec, usual, value, allowed);
        var reason = string.Create(
            CultureInfo.InvariantCulture,
            $"{Show(value)}, usual {Show(usual.Centre)}, allowed {Ends()} ({usual.Days} days, ")
            + string.Create(
                CultureInfo.InvariantCulture,
                $"tolerance {spec.Tolerance * 100:0.##} %, {needed:0.0} × {Show(scatter)})")
            + also;
        return new(Version, verdict, reason, value, usual, scatter, needed, allowed);

        string Show(double number) => ThresholdJudge.Format(number, unit);

        string Ends() => spec.Bad switch
        {
            BadChange.Increase => $"up to {Show(usual.Centre + allowed)}",
            BadChange.Decrease => $"down to {Show(usual.Centre - allowed)}",
            _ => $"{Show(usual.Centre - allowed)} to {Show(usual.Centre + allowed)}",
        };
    }

    private static (Verdict Verdict, string Also) Decide(
        ComparedToPast spec, Past.Usual usual, double value, double allowed)
    {
        if (!IsBeyond(spec.Bad, value - usual.Centre, allowed)) return (Verdict.Pass, "");
        if (allowed <= 0) return (Verdict.Inconclusive, ": a past of nothing but 0 does not say what is much");
        if (usual.SameWeekday is not { } weekday)
            return (Verdict.Inconclusive, ": nothing is known of the same day of the week");
        var same = Math.Sign(value - usual.Centre) * (value - weekday);
        return same > spec.Tolerance * Math.Abs(weekday)
            ? (Verdict.Fail, "")
            : (Verdict.Pass, ": as on this day of the week");
    }

    private static bool IsBeyond(BadChange bad, double difference, double allowed) => bad switch
    {
        BadChange.Increase => difference > allowed,
        BadChange.Decrease => difference < -allowed,
        _ => Math.Abs(difference) > allowed,
    };

    // A small part of the requests scatters by more than the whole service did: the binomial standard deviation, of
    // not less than one bad request, or none that was good, among so many.
    private static double OfSamples(double centre, double? samples)
    {
        if (samples is not { } n || n <= 0) return 0;
        var least = Math.Min(0.5, 1 / n);
        var share = Math.Clamp(centre, least, 1 - least);
        return Math.Sqrt(share * (1 - share) / n);
    }
}
