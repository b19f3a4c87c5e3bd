using System.Collections.Immutable;
using System.Globalization;
using MathNet.Numerics;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Slos;

/// <summary>
/// Judges a rollout by a burn: as <see cref="BurnJudge"/> does, but that a page convicts only where so many bad
/// requests are no chance. Of three requests one bad one burns 333 times too fast, which is worth a look and no way
/// back. Of all versions only what came after the candidate's first request is reckoned: an incident before it would
/// make anything more than chance.
/// </summary>
public static class RolloutBurn
{
    /// <summary>
    /// How likely what convicts may be where the objective is just kept. 20 objectives of two scopes, two pairs, and a
    /// look every 5 minutes for 30 days are 691,200 tests, which may depend on each other as they like: together less
    /// than one in a billion. The rest is for what a binomial distribution does not know. Counts that are extrapolated
    /// by a quarter and requests that fail in twos raise this to the power of 1/2.5, to one in a million: of the 2,304
    /// tests of two objectives in a day 0.23 %.
    /// </summary>
    public const double MostChance = 1e-15;

    /// <summary>The judgement on what was measured.</summary>
    public static BurnVerdict Judge(BurnOf burn, ImmutableArray<PairBurn> pairs)
    {
        ArgumentNullException.ThrowIfNull(burn);
        var verdict = BurnJudge.Judge(burn.Slo, burn.Scope, pairs);
        if (verdict.Verdict != Verdict.Fail) return verdict;
        var (page, chance) = pairs.Where(pair => BurnJudge.Pages(burn.Scope, pair))
            .Select(pair => (pair, Chance: ChanceOf(pair.Evidence, burn.Slo.ErrorShare)))
            .MinBy(one => one.Chance);
        var counted = string.Create(
            CultureInfo.InvariantCulture,
            $"{BurnJudge.Burning(page)}: {page.Evidence.Bad:0.##} bad of {page.Evidence.Total:0.##} in "
            + $"{Duration.Format(page.Evidence.Length)}");
        return chance <= MostChance
            ? verdict with { Detail = counted, Chance = chance }
            : verdict with
            {
                Verdict = Verdict.Inconclusive,
                Detail = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{counted}, which may be chance (1 in {Math.Round(1 / chance):#,0}) and takes nothing back"),
                Chance = chance,
            };
    }

    /// <summary>
    /// The exact upper tail of the binomial distribution, P(X ≥ bad), as a regularized incomplete beta function (NIST
    /// Handbook of Mathematical Functions, 8.17.5). Parts of requests, which extrapolation gives, count for the
    /// candidate.
    /// </summary>
    /// <param name="window">Of requests.</param>
    /// <param name="errorShare">The share that may be bad, 0 to 1.</param>
    public static double ChanceOf(WindowBurn window, decimal errorShare)
    {
        ArgumentNullException.ThrowIfNull(window);
        var bad = Math.Floor(window.Bad);
        if (bad <= 0) return 1;
        var total = Math.Max(bad, Math.Ceiling(window.Total));
        return SpecialFunctions.BetaRegularized(bad, total - bad + 1, (double)errorShare);
    }
}
