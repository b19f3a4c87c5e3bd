namespace OrleansRelease.Core.Attribution;

/// <summary>The factors of one suspect, as natural logarithms.</summary>
internal sealed record Factors(double Contrast, double Tracking, double Delay);

/// <summary>
/// The hypotheses and their weights by Bayes' rule: a cause outside, one suspect alone, or two of them. What is not
/// said of a hypothesis is as it would be without a fault, so every factor is to "this one has done nothing".
/// </summary>
internal static class Weighing
{
    /// <summary>
    /// Most incidents follow from changes: about 70 % by Google's own count (Site Reliability Engineering, 2016, 1).
    /// </summary>
    public const double AmongThem = 0.7;

    /// <summary>How often a second rollout fails while a first one does.</summary>
    public const double Second = 0.02;

    /// <summary>The probability of the outside, and the odds (ln) of each suspect, given the factors of all.</summary>
    public static (double Outside, double[] LogOdds) Of(IReadOnlyList<Factors> factors)
    {
        var hypotheses = Hypotheses(factors).ToList();
        var all = Logs.Sum(hypotheses.Select(h => h.Log));
        var odds = Enumerable.Range(0, factors.Count)
            .Select(i => Logs.Sum(hypotheses.Where(h => h.Has(i)).Select(h => h.Log))
                - Logs.Sum(hypotheses.Where(h => !h.Has(i)).Select(h => h.Log)))
            .ToArray();
        return (Math.Exp(hypotheses[0].Log - all), odds);
    }

    private static IEnumerable<Hypothesis> Hypotheses(IReadOnlyList<Factors> factors)
    {
        var n = factors.Count;
        yield return new(-1, -1, Math.Log(1 - AmongThem));
        for (var i = 0; i < n; i++)
        {
            var one = factors[i];
            yield return new(i, -1, Math.Log(AmongThem / n) + one.Contrast + one.Tracking + one.Delay);
            for (var j = i + 1; j < n; j++)
            {
                var other = factors[j];
                // There is one onset and one course of the degraded service: the better of the two accounts for each.
                yield return new(i, j, Math.Log(AmongThem * Second * 2 / (n * (n - 1.0)))
                    + one.Contrast + other.Contrast + Math.Max(one.Delay, other.Delay)
                    + Math.Max(one.Tracking, other.Tracking));
            }
        }
    }

    private readonly record struct Hypothesis(int First, int Other, double Log)
    {
        public bool Has(int suspect) => First == suspect || Other == suspect;
    }
}
