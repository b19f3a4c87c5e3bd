using System.Globalization;

namespace OrleansRelease.Adapters.Traffic.Yarp;

/// <summary>What counters say about a share.</summary>
internal abstract record ShareEvidence
{
    private ShareEvidence()
    {
    }

    public sealed record Shown : ShareEvidence;

    public sealed record TooFew(string Reason) : ShareEvidence;

    public sealed record Contradicted(string Reason) : ShareEvidence;
}

/// <summary>
/// Whether k of n requests on the candidate show that its share is w, for a proxy that chooses by chance as well as for
/// one that spreads exactly.
/// <para>Contradicted: k is more than three standard deviations of a binomial count, √(n·w·(1-w)), and one request away
/// from n·w; for w of 0 or 1 a single request on the wrong version contradicts.</para>
/// <para>Shown: n is <see cref="MinRequests"/> at least, and the share b from before is ruled out: a count as far from
/// it has a chance below <see cref="Stray"/>, by Chernoff's bound exp(-n·KL(k/n‖b)). From 5 % to 25 % that takes 38
/// requests, from 25 % to 50 % 63, from 50 % to 100 % 20, from 5 % to 0 % 180; from 0 % one request on the candidate
/// is proof. Three deviations would not do here: counts are looked at again and again, and a proxy by chance that does
/// nothing was then believed in a third of all attempts; with this bound in less than one of a hundred.</para>
/// <para>When the share from before is not known, or is the wanted one, three deviations are at most half of the
/// smaller share: n ≥ 36·(1-s)/s, that is 36 at 50 %, 108 at 25 %, 684 at 5 %; for w of 0 or 1
/// <see cref="MinRequestsForAll"/>, which a stray 5 % survives unseen once in 470.</para>
/// </summary>
internal static class ShareTest
{
    public const int MinRequests = 20;

    public const int MinRequestsForAll = 120;

    public const double Stray = 1e-4;

    private const double Sigmas = 3;

    public static ShareEvidence Judge(double wanted, double? before, long candidate, long total)
    {
        var exact = wanted is 0 or 1;
        if (!exact && total < MinRequests) return new ShareEvidence.TooFew(Few(total, MinRequests));
        var tolerated = exact ? 0 : (Sigmas * Deviation(wanted, total)) + 1;
        if (Math.Abs(candidate - (total * wanted)) > tolerated)
        {
            return new ShareEvidence.Contradicted(string.Create(CultureInfo.InvariantCulture,
                $"{candidate} of {total} requests went to the candidate, {wanted:0.##%} wanted"));
        }

        if (total < MinRequests) return new ShareEvidence.TooFew(Few(total, MinRequests));
        return before is { } known && known != wanted
            ? AgainstKnown(known, candidate, total)
            : AgainstAny(wanted, total);
    }

    private static ShareEvidence AgainstKnown(double before, long candidate, long total) =>
        total * Divergence((double)candidate / total, before) >= -Math.Log(Stray)
            ? new ShareEvidence.Shown()
            : new ShareEvidence.TooFew(string.Create(CultureInfo.InvariantCulture,
                $"{candidate} of {total} requests could as well be the {before:0.##%} from before"));

    private static ShareEvidence AgainstAny(double wanted, long total)
    {
        var smaller = Math.Min(wanted, 1 - wanted);
        var needed = smaller == 0 ? MinRequestsForAll : 4 * Sigmas * Sigmas * (1 - smaller) / smaller;
        return total >= needed ? new ShareEvidence.Shown() : new ShareEvidence.TooFew(Few(total, needed));
    }

    /// <summary>Kullback and Leibler's divergence; infinite when what was seen cannot be under the other.</summary>
    private static double Divergence(double seen, double other) => Term(seen, other) + Term(1 - seen, 1 - other);

    private static double Term(double seen, double other) => seen == 0 ? 0 : seen * Math.Log(seen / other);

    private static double Deviation(double share, long total) => Math.Sqrt(total * share * (1 - share));

    private static string Few(long total, double needed) =>
        string.Create(CultureInfo.InvariantCulture, $"{total} of at least {Math.Ceiling(needed)} requests");
}
