using System.Collections.Immutable;
using MathNet.Numerics.RootFinding;

namespace OrleansRelease.Core.Analysis.Sequential;

/// <summary>
/// What one side's wagers have won or lost, as sums that grow by one window at a time. For the wager on the ratio r,
/// with the canary's part p = n(1+t) / (n(1+t) + m) of n canary and m stable requests, a window with b and c bad ones
/// multiplies the wealth at the difference d by u^b · v^c · e^(-n·d·(u-1)), where v = 1 / (1 - p + p·r) and u = r·v.
/// Whatever the stable version's share of bad requests was in that window: where the canary's is at most (1+t) times
/// it plus d (for r over 1; at least, for r under 1), the expected factor is at most 1.
/// </summary>
/// <remarks>
/// At d = 0 it is the likelihood ratio of the canary's part of all bad requests of the window, given how many there
/// were: binomial for rare ones, and Hoeffding (1963, theorem 4) bounds what is drawn without replacement by it. That
/// the shared rate may change in time without any cost is from Lindon and Malek, "Anytime-Valid Inference for
/// Multinomial Count Data" (2022). By Ville (1939) wealth that was fair never exceeds 1/alpha with more than alpha;
/// mixing over the size of the effect is Robbins (1970), and the mixture SPRT of Johari et al. (2017).
/// </remarks>
/// <param name="Log">For each ratio the sum of b·ln u + c·ln v.</param>
/// <param name="PerUnit">For each ratio the sum of n·(u - 1): what it loses for each unit of d.</param>
public sealed record Wagers(ImmutableArray<double> Log, ImmutableArray<double> PerUnit)
{
    private const double Exact = 1e-9;

    private const int MostSteps = 200;

    /// <summary>
    /// Wagers lie 1.9 times apart in the logarithm of their ratio: between two of them growth is at least seven
    /// eighths of the best one's, because it is a parabola to second order.
    /// </summary>
    private static readonly double[] Sizes = [.. Enumerable.Range(0, 8).Select(i => 0.05 * Math.Pow(1.9, i))];

    /// <summary>The ratios that "worse" wagers on; the same share of the wealth is on each.</summary>
    public static ImmutableArray<double> Up { get; } = [.. Sizes.Select(Math.Exp)];

    /// <summary>The ratios that "not so much worse" wagers on.</summary>
    public static ImmutableArray<double> Down { get; } = [.. Sizes.Select(size => Math.Exp(-size))];

    public static Wagers None { get; } = new([.. Sizes.Select(_ => 0.0)], [.. Sizes.Select(_ => 0.0)]);

    /// <summary>The sums with one window more; both versions have requests in it.</summary>
    public Wagers Add(ImmutableArray<double> ratios, double tolerance, Reading.Counts canary, Reading.Counts stable)
    {
        ArgumentNullException.ThrowIfNull(canary);
        ArgumentNullException.ThrowIfNull(stable);
        var part = canary.Total * (1 + tolerance) / ((canary.Total * (1 + tolerance)) + stable.Total);
        var bad = canary.Bad + stable.Bad;
        var log = ImmutableArray.CreateBuilder<double>(ratios.Length);
        var perUnit = ImmutableArray.CreateBuilder<double>(ratios.Length);
        for (var i = 0; i < ratios.Length; i++)
        {
            var ratio = ratios[i];
            var whole = 1 + (part * (ratio - 1));
            log.Add(Log[i] + (canary.Bad * Math.Log(ratio)) - (bad * Math.Log(whole)));
            perUnit.Add(PerUnit[i] + (canary.Total * ((ratio / whole) - 1)));
        }

        return new(log.MoveToImmutable(), perUnit.MoveToImmutable());
    }

    /// <summary>The logarithm of the wealth at one difference, evenly spread over the ratios.</summary>
    public double LogWealth(double difference, double dispersion)
    {
        var most = double.NegativeInfinity;
        for (var i = 0; i < Log.Length; i++) most = Math.Max(most, Of(i, difference, dispersion));
        var sum = 0.0;
        for (var i = 0; i < Log.Length; i++) sum += Math.Exp(Of(i, difference, dispersion) - most);
        return most + Math.Log(sum / Log.Length);
    }

    /// <summary>
    /// The difference at which the wealth is just what is needed: on one side of it all differences are refuted. The
    /// wealth is monotone in the difference, so there is at most one; without one nothing is refuted.
    /// </summary>
    public double? End(double needed, double dispersion)
    {
        double Over(double difference) => LogWealth(difference, dispersion) - needed;
        return (Over(-1) > 0) == (Over(1) > 0) ? null
            : Brent.TryFindRoot(Over, -1, 1, Exact, MostSteps, out var root) ? root : null;
    }

    private double Of(int i, double difference, double dispersion) =>
        (Log[i] - (difference * PerUnit[i])) / dispersion;
}
