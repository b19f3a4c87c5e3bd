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
/// <para>n is <see cref="MinRequests"/> at least. Contradicted: k is more than three standard deviations of a
/// binomial count, √(n·w·(1-w)), and one request away from n·w; for w of 0 or 1 a single request on the wrong
/// version contradicts. Shown: also told apart from what held before. When that share b is known and another one,
/// k is at least three of b's standard deviations away from n·b (from 0 % one request is proof; from 5 % to 25 % it
/// takes 20 requests, from 25 % to 50 % 27, from 5 % to 0 % 171). When it is not known, three deviations are at most half of
/// the smaller share: n ≥ 36·(1-s)/s, that is 36 at 50 %, 108 at 25 %, 684 at 5 %; for w of 0 or 1
/// <see cref="MinRequestsForAll"/>, which a stray 5 % survives unseen once in 470.</para>
/// </summary>
internal static class ShareTest
{
    public const int MinRequests = 20;

    public const int MinRequestsForAll = 120;

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

    private static ShareEvidence AgainstKnown(double before, long candidate, long total)
    {
        var distance = Math.Abs(candidate - (total * before));
        return distance > 0 && distance >= Sigmas * Deviation(before, total)
            ? new ShareEvidence.Shown()
            : new ShareEvidence.TooFew(string.Create(CultureInfo.InvariantCulture,
                $"{candidate} of {total} requests could as well be the {before:0.##%} from before"));
    }

    private static ShareEvidence AgainstAny(double wanted, long total)
    {
        var smaller = Math.Min(wanted, 1 - wanted);
        var needed = smaller == 0 ? MinRequestsForAll : 4 * Sigmas * Sigmas * (1 - smaller) / smaller;
        return total >= needed ? new ShareEvidence.Shown() : new ShareEvidence.TooFew(Few(total, needed));
    }

    private static double Deviation(double share, long total) => Math.Sqrt(total * share * (1 - share));

    private static string Few(long total, double needed) =>
        string.Create(CultureInfo.InvariantCulture, $"{total} of at least {Math.Ceiling(needed)} requests");
}
