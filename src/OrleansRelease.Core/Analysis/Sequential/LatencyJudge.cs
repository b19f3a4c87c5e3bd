using System.Collections.Immutable;
using System.Globalization;

namespace OrleansRelease.Core.Analysis.Sequential;

/// <summary>In which way a slower canary is slower: a word for people, no part of the verdict.</summary>
public enum Slowness
{
    None,

    /// <summary>The typical request is slower, too.</summary>
    Shift,

    /// <summary>The typical request is as fast, and both the fast and the slow ones are more extreme.</summary>
    Spread,

    /// <summary>Only slow requests are slower.</summary>
    Tail,
}

/// <summary>The verdict over all cuts, told at the one that speaks most against the canary.</summary>
/// <param name="Cut">That one's bound, in seconds.</param>
public sealed record ComparedLatency(
    string Judge, Comparison Comparison, double Cut, Slowness Slowness, Compared At, string Reason);

/// <summary>Compares latencies by the shares of requests above each cut; see <see cref="LatencySpec"/>.</summary>
public static class LatencyJudge
{
    public const string Version = "sequential-latency/1";

    /// <summary>Only for the word that is told: so many standard errors are a difference.</summary>
    private const double Errors = 3;

    /// <summary>The evidence with one window more.</summary>
    public static LatencyEvidence Add(
        LatencySpec spec, LatencyEvidence evidence, Histogram canary, Histogram stable)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(evidence);
        ArgumentNullException.ThrowIfNull(canary);
        ArgumentNullException.ThrowIfNull(stable);
        var cuts = ImmutableArray.CreateBuilder<Evidence>(spec.Cuts.Length);
        for (var i = 0; i < spec.Cuts.Length; i++)
        {
            cuts.Add(SequentialJudge.Add(
                spec.Comparison, evidence.Cuts[i], canary.Above(spec.Cuts[i]), stable.Above(spec.Cuts[i])));
        }

        return new(cuts.MoveToImmutable());
    }

    /// <summary>Worse when it is so at one cut, equivalent when it is so at all of them.</summary>
    public static ComparedLatency Look(LatencySpec spec, LatencyEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(evidence);
        var atCut = spec.AtCut;
        var (worst, isWorse, isEquivalent) = (0, false, true);
        Arithmetic? told = null;
        for (var i = 0; i < evidence.Cuts.Length; i++)
        {
            var arithmetic = SequentialJudge.Calculate(atCut, evidence.Cuts[i]);
            var comparison = SequentialJudge.Decide(atCut, evidence.Cuts[i], arithmetic);
            isWorse |= comparison == Comparison.Worse;
            isEquivalent &= comparison == Comparison.Equivalent;
            if (told is not null && arithmetic.Worse <= told.Worse) continue;
            (worst, told) = (i, arithmetic);
        }

        var verdict = isWorse ? Comparison.Worse : isEquivalent ? Comparison.Equivalent : Comparison.Undecided;
        return Tell(spec, evidence, verdict, worst);
    }

    private static ComparedLatency Tell(LatencySpec spec, LatencyEvidence evidence, Comparison verdict, int worst)
    {
        if (evidence.Cuts.IsEmpty) throw new ArgumentException("there is nothing to compare", nameof(spec));
        var at = SequentialJudge.Look(spec.AtCut, evidence.Cuts[worst]);
        var slowness = verdict == Comparison.Worse ? SlownessOf(evidence, worst) : Slowness.None;
        var what = slowness == Slowness.None ? "" : $"{slowness}: ";
        var reason = string.Create(CultureInfo.InvariantCulture, $"{what}over {spec.Cuts[worst]} s ")
            + $"{Sentences.Percent(Share(at.Arithmetic.CanaryBad, at.Arithmetic.CanaryTotal))} against "
            + $"{Sentences.Percent(Share(at.Arithmetic.StableBad, at.Arithmetic.StableTotal))} of requests: "
            + at.Reason;
        return new(Version, verdict, spec.Cuts[worst], slowness, at, reason);
    }

    private static Slowness SlownessOf(LatencyEvidence evidence, int worst)
    {
        var typical = evidence.Cuts
            .OrderBy(cut => Math.Abs(Share(cut.StableBad, cut.StableTotal) - 0.5)).First();
        if (ReferenceEquals(typical, evidence.Cuts[worst]) || InErrors(typical) > Errors) return Slowness.Shift;
        return evidence.Cuts.Any(cut => Share(cut.StableBad, cut.StableTotal) > 0.5 && InErrors(cut) < -Errors)
            ? Slowness.Spread
            : Slowness.Tail;
    }

    /// <summary>Canary minus stable in binomial standard errors.</summary>
    private static double InErrors(Evidence cut)
    {
        var share = Share(cut.CanaryBad + cut.StableBad, cut.CanaryTotal + cut.StableTotal);
        var difference = Share(cut.CanaryBad, cut.CanaryTotal) - Share(cut.StableBad, cut.StableTotal);
        var variance = share * (1 - share) * ((1 / cut.CanaryTotal) + (1 / cut.StableTotal));
        return variance > 0 ? difference / Math.Sqrt(variance) : 0;
    }

    private static double Share(double bad, double total) => total > 0 ? bad / total : 0;
}
