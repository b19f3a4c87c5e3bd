namespace OrleansRelease.Core.Attribution;

/// <summary>
/// How much more the failing share of stretches varies than that of binomial counts: Pearson's statistic over its
/// degrees of freedom (McCullagh and Nelder, Generalized Linear Models, 4.5).
/// </summary>
internal static class Dispersion
{
    private const double Least = 1, Most = 10;

    /// <summary>Of one stretch alone nothing is known.</summary>
    private const double Unknown = 2;

    public static double Of(IReadOnlyCollection<Stretch> stretches) =>
        Of(stretches, Count.Sum(stretches).EstimatedShare);

    public static double Of(IReadOnlyCollection<Stretch> stretches, double rate)
    {
        if (stretches.Count < 2) return Unknown;
        var pearson = stretches.Sum(stretch =>
        {
            var expected = rate * stretch.Requests.Total;
            return Math.Pow(stretch.Requests.Bad - expected, 2) / (expected * (1 - rate));
        });
        return Math.Clamp(pearson / (stretches.Count - 1), Least, Most);
    }
}
