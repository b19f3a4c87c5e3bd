using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Analysis.Sequential;
using OrleansRelease.LoadTests.Judges.Traffic;

namespace OrleansRelease.LoadTests.Judges;

/// <summary>Shares of rollouts of two equal versions that were called worse.</summary>
/// <param name="Errors">By the errors, without a margin.</param>
/// <param name="WithMargin">By the errors, with a margin of half a point.</param>
/// <param name="Latency">By the latency.</param>
/// <param name="Rollout">By the errors with a margin or the latency: as a rollout is judged.</param>
/// <param name="ManyErrors">By the errors without a margin, where both have ten times as many.</param>
/// <param name="ManyWithMargin">The same with a margin of half a point.</param>
internal sealed record FalseAlarmsOf(
    string Shape, double Errors, double WithMargin, double Latency, double Rollout, double ManyErrors,
    double ManyWithMargin)
{
    /// <summary>Those of the judge that looks for a defect.</summary>
    public double By(Defect defect)
    {
        var isOfMany = defect.Stable.Errors > Behaviour.Usual.Errors;
        return (defect.IsLatency, isOfMany, HasMargin: defect.Margin > 0) switch
        {
            (true, _, _) => Latency,
            (_, true, true) => ManyWithMargin,
            (_, true, false) => ManyErrors,
            (_, false, true) => WithMargin,
            _ => Errors,
        };
    }
}

/// <summary>
/// How often a judge found a defect within two hours, how often within so many requests of the canary, and the median
/// of its requests and of minutes until then; nothing where less than half were found.
/// </summary>
internal sealed record Found(
    string Shape, string Defect, string Judge, double Share, double ShareWithin, double Within,
    double? Samples, int? Minutes);

/// <summary>The object of <c>--json</c>.</summary>
internal sealed record JudgesResult(
    int Rollouts, int Seed, Pace Pace, ImmutableArray<FalseAlarmsOf> FalseAlarms, ImmutableArray<Found> Found)
{
    private const double Power = 0.9;

    private const double WantedPace = 1_000;

    [JsonIgnore]
    public bool IsAllSo => IsAsPromised && Surprises.IsEmpty;

    /// <summary>Where another judge is sooner, or no longer is, and nobody has said so.</summary>
    public ImmutableArray<string> Surprises =>
        Later.Surprises(FalseAlarms, Found, [.. Later.Known.Select(known => known.Case)]);

    private bool IsAsPromised => Pace.Ratios >= WantedPace && Pace.Latencies >= WantedPace
        && FalseAlarms.All(alarms => Math.Max(alarms.Rollout, alarms.ManyWithMargin) <= SequentialSpec.FalseAlarms)
        && Found.Where(IsPromised).All(found => found.ShareWithin >= Power);

    public string Table() => string.Join('\n',
    [
        $"false alarms, in % of {Rollouts} rollouts of two equal versions, seed {Seed}; a rollout compares errors with",
        "a margin of 0.5 points, and latency; beside it errors alone, at 0.1 % and at 1 %, by their margin",
        "shape        a rollout   latency   0.1 %, 0.5   0.1 %, 0   1 %, 0.5   1 %, 0",
        .. FalseAlarms.Select(alarms => string.Create(CultureInfo.InvariantCulture,
            $"{alarms.Shape,-10}   {alarms.Rollout * 100,9:0.00}   {alarms.Latency * 100,7:0.00}   ")
            + string.Create(CultureInfo.InvariantCulture,
                $"{alarms.WithMargin * 100,10:0.00}   {alarms.Errors * 100,8:0.00}   ")
            + string.Create(CultureInfo.InvariantCulture,
                $"{alarms.ManyWithMargin * 100,8:0.00}   {alarms.ManyErrors * 100,6:0.00}")),
        "",
        "found, in % of a tenth as many rollouts; requests of the canary and minutes until then, medians",
        "shape        defect                          judge            found   within         requests   minutes",
        .. Found.Select(found => string.Create(CultureInfo.InvariantCulture,
            $"{found.Shape,-10}   {found.Defect,-29}   {found.Judge,-13}   {found.Share * 100,6:0.0}   ")
            + string.Create(CultureInfo.InvariantCulture,
                $"{found.ShareWithin * 100,5:0.0} ({found.Within,6})   {found.Samples,8:0}   {found.Minutes,7}")),
        "",
        string.Create(CultureInfo.InvariantCulture,
            $"windows a second on one processor: {Pace.Ratios:N0} of a ratio, {Pace.Latencies:N0} of a histogram"),
        "wanted: at most 1 % of false alarms with a margin, 1,000 windows a second, and in steady traffic 90 % found",
        "within the requests in brackets where no margin is in the way: " + (IsAsPromised ? "met" : "MISSED"),
        "wanted: no other judge needs fewer requests (median) at as many false alarms, but where docs/analysis.md says "
            + "so: " + (Surprises.IsEmpty ? "met" : "MISSED"),
        .. Surprises,
    ]);

    /// <summary>What is promised without a margin, where there are enough requests.</summary>
    private static bool IsPromised(Found found) => found.Judge == "sequential" && found.Shape == "steady"
        && !found.Defect.Contains("margin", StringComparison.Ordinal);
}
