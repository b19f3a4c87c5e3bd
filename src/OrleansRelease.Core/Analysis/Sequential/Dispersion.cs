namespace OrleansRelease.Core.Analysis.Sequential;

/// <summary>
/// How much more the versions' bad requests scatter from window to window than independent ones would: bursts of one
/// version alone. A shock that both share is no dispersion. Where bad requests come in bursts of k, the wealth to the
/// power of 1/k is fair (a compound Poisson count is k times a Poisson one), so all logarithms are divided by k.
/// </summary>
/// <remarks>
/// Two estimates, each Pearson's X² over its degrees of freedom (McCullagh and Nelder 1989, section 4.5), in sums:
/// around the canary having r times the stable version's share in every window, with r of Mantel and Haenszel; and
/// around the canary having one share in all windows. Either takes the other's truth for dispersion, so the smaller
/// counts. With N = n + m requests of both: A = b·m/N, D = c·n/N.
/// </remarks>
public sealed record Dispersion(
    int Windows,
    double A,
    double D,
    double AA,
    double AD,
    double DD,
    double VarA,
    double VarD,
    double BadBad,
    double BadTotal,
    double TotalTotal)
{
    public static Dispersion None { get; } = new(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /// <summary>The sums with one window more; both versions have requests in it.</summary>
    public Dispersion Add(Reading.Counts canary, Reading.Counts stable)
    {
        ArgumentNullException.ThrowIfNull(canary);
        ArgumentNullException.ThrowIfNull(stable);
        var ofStable = stable.Total / (canary.Total + stable.Total);
        var ofCanary = 1 - ofStable;
        var a = canary.Bad * ofStable;
        var d = stable.Bad * ofCanary;
        return new(
            Windows + 1,
            A + a,
            D + d,
            AA + (a * a),
            AD + (a * d),
            DD + (d * d),
            VarA + (a * ofStable),
            VarD + (d * ofCanary),
            BadBad + (canary.Bad * canary.Bad),
            BadTotal + (canary.Bad * canary.Total),
            TotalTotal + (canary.Total * canary.Total));
    }

    /// <summary>The estimate, never under <paramref name="least"/>.</summary>
    /// <param name="bad">All bad requests of the canary so far.</param>
    /// <param name="total">All of its requests so far.</param>
    public double Estimate(double bad, double total, double least)
    {
        if (Windows < 2 || bad <= 0) return least;
        var perDegree = Windows / (Windows - 1.0);
        var share = bad / total;
        var alone = (BadBad - (2 * share * BadTotal) + (share * share * TotalTotal)) / bad;
        if (D > 0)
        {
            var r = A / D;
            alone = Math.Min(alone, (AA - (2 * r * AD) + (r * r * DD)) / (VarA + (r * r * VarD)));
        }

        return Math.Max(least, perDegree * alone);
    }
}
