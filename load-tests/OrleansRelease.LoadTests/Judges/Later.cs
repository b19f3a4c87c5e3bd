using System.Collections.Immutable;

namespace OrleansRelease.LoadTests.Judges;

/// <summary>
/// A defect of which it is not shown that the sequential judge needs no more requests than another one at as many false
/// alarms.
/// </summary>
/// <param name="Because">
/// The judge that needs fewer, or <see cref="MoreAlarms"/>: then requests prove nothing.
/// </param>
internal sealed record Later(string Shape, string Defect, string Because)
{
    public const string MoreAlarms = "more false alarms than the others are adjusted to";

    private const string Sequential = "sequential";

    private const string Margin = "a fixed limit has no margin to be sure of";

    private const string Cold = "what is new and cold is worse for some minutes, and without a margin that is found";

    private const string Late = "how much a version varies by itself is known too late after a step";

    /// <summary>What is known, and why; docs/analysis.md says it too.</summary>
    public static ImmutableArray<(Later Case, string Why)> Known { get; } =
    [
        (new("steady", "errors 0.1 -> 1 %, margin 0.5", "threshold"), Margin),
        (new("steady", "errors 1 -> 2 %, margin 0.5", "threshold"), Margin),
        (new("diurnal", "errors 0.1 -> 1 %, margin 0.5", "threshold"), Margin),
        (new("bursty", "errors 0.1 -> 1 %, margin 0.5", "threshold"), Margin),
        (new("cold start", "errors 0.1 -> 1 %, margin 0.5", "threshold"), Margin),
        (new("cold start", "errors 1 -> 2 %, margin 0.5", "threshold"), Margin),
        (new("uneven", "errors 0.1 -> 1 %, margin 0.5", "threshold"), Margin),
        (new("uneven", "errors 1 -> 2 %, margin 0.5", "threshold"), Margin),
        (new("cold start", "errors 0.1 -> 1 %", MoreAlarms), Cold),
        (new("cold start", "errors 1 -> 2 %", MoreAlarms), Cold),
        (new("uneven", "errors 1 -> 2 %", MoreAlarms), Late),
    ];

    public override string ToString() => $"{Shape}, {Defect}: {Because}";

    /// <summary>
    /// What is not as it is known to be: cases that nobody knows of, and known ones that are none any more. What was
    /// not measured is neither.
    /// </summary>
    public static ImmutableArray<string> Surprises(
        IReadOnlyCollection<FalseAlarmsOf> alarms, IReadOnlyCollection<Found> found, IReadOnlyCollection<Later> known)
    {
        var seen = found.GroupBy(one => (one.Shape, one.Defect)).SelectMany(
            same => Of([.. same], alarms.Single(one => one.Shape == same.Key.Shape))).ToList();
        return
        [
            .. seen.Except(known).Select(one => $"{one}, which is not known"),
            .. known.Except(seen).Where(IsMeasured).Select(one => $"{one}, which is known and not so any more"),
        ];

        bool IsMeasured(Later one) => found.Any(other => other.Shape == one.Shape && other.Defect == one.Defect);
    }

    private static IEnumerable<Later> Of(ImmutableArray<Found> same, FalseAlarmsOf alarms)
    {
        var own = same.Single(one => one.Judge == Sequential);
        var defect = JudgesRun.Defects.Single(one => one.Name == own.Defect);
        if (alarms.By(defect) > JudgesRun.PerMetric) yield return new(own.Shape, own.Defect, MoreAlarms);
        foreach (var other in same.Where(one => Needed(one) < Needed(own)))
            yield return new(own.Shape, own.Defect, other.Judge);
    }

    private static double Needed(Found found) => found.Samples ?? double.PositiveInfinity;
}
