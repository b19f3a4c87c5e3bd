using MathNet.Numerics.Distributions;

namespace OrleansRelease.Core.Attribution;

/// <summary>
/// Where the new version reached against where it did not, stretch by stretch. Given how many requests of a stretch
/// were bad, how many of these are on the reached side depends on the ratio of the two rates only, not on how bad that
/// stretch was (Przyborowski and Wilenski, Biometrika 31, 1940). So whatever hits both sides alike cancels out.
/// </summary>
internal static class Contrast
{
    /// <summary>
    /// Versions that differ in nothing that matters still differ by about this (ln of the ratio) in what is bad anyway;
    /// in what has come on top of it they hardly do, because that hits both sides alike.
    /// </summary>
    private const double Harmless = 0.35, HitAlike = 0.1;

    /// <summary>How seldom it does not: the few instances of one side may be where it hits.</summary>
    private const double HitUnlike = 0.1;

    /// <summary>
    /// A culprit fails at least this many times as often as what it replaces. Where there are two ways to it, it fails
    /// more often than that, and some of those that it was not to reach fail of it as well.
    /// </summary>
    private const double LeastRatio = 2;

    private const double MostRatio = 1000;

    /// <summary>So much of the rise must lie where it reached, and so much of the degraded service's rise.</summary>
    private const double LeastExplained = 1.0 / 3, LeastOfDegraded = 0.1;

    private const double GridFrom = -2.1, GridStep = 0.1;

    private static readonly double[] LogRatios =
        [.. Enumerable.Range(0, 91).Select(i => GridFrom + (GridStep * i))];

    private static readonly double[] LogOfCulprit = [.. LogRatios.Select(x =>
        IsOfCulprit(x) ? -Math.Log(LogRatios.Count(IsOfCulprit)) : double.NegativeInfinity)];

    /// <summary>
    /// What it breaks may have begun with its first step, before anybody noticed, or at the onset: the mean of both.
    /// </summary>
    public static ContrastEvidence? Of(Suspect suspect, Anomaly anomaly, Rise rise, DateTimeOffset now)
    {
        if (suspect.Split is not { } split || suspect.BeganAt is not { } began) return null;
        var usable = split.Stretches.Where(s => s.Reached.IsUsable && s.Missed.IsUsable && s.End <= now).ToList();
        var both = new[] { rise.From, began }.Distinct()
            .Select(from => Since(from, split.SeenAt, usable, anomaly, rise)).OfType<ContrastEvidence>().ToList();
        if (both.Count == 0) return null;
        var factor = Logs.Sum(both.Select(one => one.LogFactor)) - Math.Log(both.Count);
        return both.MaxBy(one => one.LogFactor)! with { LogFactor = factor / Math.Log(10) };
    }

    private static ContrastEvidence? Since(
        DateTimeOffset from, SeenAt seenAt, List<SplitStretch> usable, Anomaly anomaly, Rise rise)
    {
        var since = usable.Where(s => s.Start >= from && s.Reached.Total > 0 && s.Missed.Total > 0).ToList();
        if (since.Count == 0) return null;
        var reached = since.Aggregate(default(Count), (sum, s) => sum + s.Reached);
        var missed = since.Aggregate(default(Count), (sum, s) => sum + s.Missed);
        var before = usable.Where(s => s.End <= from && s.End <= anomaly.Onset)
            .Aggregate(default(Count), (sum, s) => sum + s.Reached + s.Missed);
        var rate = before.Total > 0 ? Math.Min(0.5, (before.Bad + 0.5) / (before.Total + 1)) : rise.Rate;
        // What is bad where it reached, beyond the rate of where it did not.
        var its = Math.Max(0, reached.Bad - (missed.Bad / missed.Total * reached.Total));
        var (total, bad) = (reached.Total + missed.Total, Math.Max(reached.Bad + missed.Bad, 1e-9));
        var explained = Math.Min(1, its / Math.Max(bad - (rate * total), 1e-9));
        var ofDegraded = its / total / Math.Max(rise.ExcessRate(from), 1e-9);
        var factor = LogFactor(since, Math.Min(1, rate * total / bad));
        if (explained < LeastExplained || ofDegraded < LeastOfDegraded) factor = Math.Min(factor, 0);
        return new(seenAt, from, reached, missed, explained, factor);
    }

    private static bool IsOfCulprit(double x) => x >= Math.Log(LeastRatio) && x <= Math.Log(MostRatio);

    /// <param name="since">What is counted.</param>
    /// <param name="anyway">The share of what was bad that would have been bad without a fault.</param>
    private static double LogFactor(List<SplitStretch> since, double anyway)
    {
        var likelihood = new double[LogRatios.Length];
        foreach (var (reached, missed) in since.Select(s => (s.Reached, s.Missed)))
        {
            if (reached.Total <= 0 || missed.Total <= 0 || reached.Bad + missed.Bad <= 0) continue;
            for (var i = 0; i < likelihood.Length; i++)
            {
                var odds = Math.Exp(LogRatios[i]) * reached.Total / missed.Total;
                likelihood[i] += (reached.Bad * Math.Log(odds)) - ((reached.Bad + missed.Bad) * Math.Log(1 + odds));
            }
        }

        return Logs.Sum(likelihood.Zip(LogOfCulprit, (l, prior) => l + prior))
            - Logs.Sum(likelihood.Zip(OfHarmless(anyway), (l, prior) => l + prior));
    }

    private static IEnumerable<double> OfHarmless(double anyway)
    {
        var alike = Math.Sqrt((HitAlike * HitAlike) + Math.Pow(Harmless * anyway, 2));
        return LogRatios.Select(x => Math.Log(GridStep) + Logs.Sum(
        [
            Math.Log(1 - HitUnlike) + Normal.PDFLn(0, alike, x),
            Math.Log(HitUnlike) + Normal.PDFLn(0, Harmless, x),
        ]));
    }
}
