using System.Collections.Immutable;
using MathNet.Numerics.Distributions;

namespace OrleansRelease.Core.Attribution;

/// <summary>
/// Since when a service is worse than before: the one change of its failing share that its counts speak for most, by
/// the ratio of the likelihoods with it and without (Basseville and Nikiforov, Detection of Abrupt Changes, 1993, 2.4).
/// </summary>
public static class ChangePoint
{
    /// <summary>What began longer ago is no news: whoever stepped since then is not looked for any more.</summary>
    private static readonly TimeSpan Oldest = TimeSpan.FromMinutes(30);

    /// <summary>What was counted longer ago does not say how it is now.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);

    /// <summary>Of how many stretches before it must be known how it was.</summary>
    private const int FewestBefore = 10;

    /// <summary>
    /// The newest stretches, which say whether it goes on: most of them do, so that one bad minute is no change.
    /// </summary>
    private const int Newest = 3;

    private const int MostOfNewest = 2;

    private const double MuchWorse = 2, MostBad = 0.99;

    /// <summary>
    /// The logarithm of the least ratio of likelihoods: e²⁵. No count is quite what its dispersion says; the rest of
    /// the way to certainty is for that.
    /// </summary>
    private const double LeastLogRatio = 25;

    /// <summary>
    /// Requests fail several at a time, by an instance or a caller that retries, also where it was calm before.
    /// </summary>
    private const double LeastDispersion = 3;

    /// <summary>
    /// So many of the stretches before, the worst ones, are left out, after those that are an incident for themselves:
    /// one that is over would hide the next one for as long as it is looked back.
    /// </summary>
    private const double Incidents = 0.1;

    /// <summary>
    /// So improbable it is at most that so many stretches were above what matters, as often as they were before: where
    /// every tenth is, two in a row are no change.
    /// </summary>
    private const double MostChance = 1e-3;

    /// <summary>
    /// The start of the first stretch that is worse; null: it is not worse, or not clearly, or not newly.
    /// </summary>
    /// <param name="stretches">In order of time; missing ones are left out.</param>
    /// <param name="allowed">The failing share above which it matters, from 0 to 1.</param>
    /// <param name="now">Stretches that end later are not looked at.</param>
    public static DateTimeOffset? Of(ImmutableArray<Stretch> stretches, double allowed, DateTimeOffset now)
    {
        var usable = UsableOf(stretches, now);
        if (usable.Length < FewestBefore + MostOfNewest || !GoesOn(usable, allowed, now)) return null;
        var (best, change) = (LeastLogRatio, default(int?));
        for (var i = FewestBefore; i <= usable.Length - MostOfNewest; i++)
        {
            if (!IsAbove(Count.Sum(usable[i..]), allowed)) continue;
            var before = Usual(usable[..i], allowed);
            // What was as bad before has not begun then.
            if (IsAbove(Count.Sum(before), allowed)) continue;
            var evidence = Evidence(before, usable[i..]);
            if (evidence > best) (best, change) = (evidence, i);
        }

        if (change is not { } at) return null;
        var first = FirstOf(usable, Count.Sum(Usual(usable[..at], allowed)), Count.Sum(usable[at..]));
        return usable[first].Start >= now - Oldest && IsRare(usable[..first], usable[first..], allowed)
            ? usable[first].Start
            : null;
    }

    /// <summary>
    /// The start of the first stretch in which what is bad already is twice as bad at least; null: it is not.
    /// </summary>
    /// <param name="stretches">Since it is bad, in order of time.</param>
    /// <param name="now">Stretches that end later are not looked at.</param>
    public static DateTimeOffset? OfMore(ImmutableArray<Stretch> stretches, DateTimeOffset now)
    {
        var usable = UsableOf(stretches, now);
        if (usable.Length < FewestBefore) return null;
        var before = Count.Sum(usable.Take(FewestBefore));
        return Of(stretches, Math.Min(MostBad, MuchWorse * before.Bad / before.Total), now);
    }

    /// <summary>
    /// Whether what was worse is over: its newest stretches are as they may be, and rather as they were before than as
    /// they are since. What is hardly worse than it may be is below that for some minutes by chance.
    /// </summary>
    /// <param name="stretches">In order of time; missing ones are left out.</param>
    /// <param name="allowed">The failing share above which it matters, from 0 to 1.</param>
    /// <param name="onset">Since when it is worse.</param>
    /// <param name="now">Stretches that end later are not looked at.</param>
    public static bool IsOver(
        ImmutableArray<Stretch> stretches, double allowed, DateTimeOffset onset, DateTimeOffset now)
    {
        var usable = UsableOf(stretches, now);
        var (before, since) = (usable.Where(one => one.Start < onset).ToList(),
            usable.Where(one => one.Start >= onset).ToList());
        var newest = NewestOf(usable, now);
        return newest.Length == Newest && newest.All(one => !IsAbove(one.Requests, allowed)
            && (before.Count == 0 || since.Count == 0
                || LogRatio(one.Requests, Count.Sum(before), Count.Sum(since)) < 0));
    }

    /// <summary>Whether enough was counted lately to say how it is.</summary>
    public static bool IsKnown(ImmutableArray<Stretch> stretches, DateTimeOffset now) =>
        NewestOf(UsableOf(stretches, now), now).Length == Newest;

    private static bool GoesOn(Stretch[] usable, double allowed, DateTimeOffset now) =>
        NewestOf(usable, now) is { Length: Newest } newest
        && newest.Count(one => IsAbove(one.Requests, allowed)) >= MostOfNewest;

    private static Stretch[] NewestOf(Stretch[] usable, DateTimeOffset now) =>
        [.. usable.Where(one => one.End > now - Fresh).TakeLast(Newest)];

    private static Stretch[] UsableOf(ImmutableArray<Stretch> stretches, DateTimeOffset now) =>
        [.. stretches.Where(one => one.Requests is { IsUsable: true, Total: > 0 } && one.End <= now)];

    private static bool IsAbove(Count count, double allowed) => count.Bad > allowed * count.Total;

    // Divided by how much more than a binomial count the stretches before it vary: quasi-likelihood, as in McCullagh
    // and Nelder, Generalized Linear Models, 9.2.
    private static double Evidence(IReadOnlyCollection<Stretch> before, IReadOnlyCollection<Stretch> since)
    {
        var (old, recent) = (Count.Sum(before), Count.Sum(since));
        if (recent.Bad * old.Total <= old.Bad * recent.Total) return 0;
        return (LogLikelihood(old) + LogLikelihood(recent) - LogLikelihood(old + recent))
            / Math.Max(LeastDispersion, Dispersion.Of(before));
    }

    // The most likely first stretch where both shares are known (Basseville and Nikiforov, 2.2). That a change is there
    // is told by what is usual before it, and its own first stretches would pass for incidents that are left out. It is
    // not looked for before two stretches that were well, nor is a single bad one behind one: that was something else.
    // Said too late it only suspects more than began it; said too early it suspects the wrong ones.
    private static int FirstOf(Stretch[] usable, Count before, Count since)
    {
        var (sum, most, first) = (0.0, double.NegativeInfinity, usable.Length - 1);
        for (var i = usable.Length - 1; i >= FewestBefore; i--)
        {
            if (i < usable.Length - 1 && IsWell(i)
                && (i == FewestBefore || IsWell(i - 1) || IsWell(Math.Max(FewestBefore, i - 2))))
            {
                break;
            }

            sum += LogRatio(usable[i].Requests, before, since);
            if (sum > most) (most, first) = (sum, i);
        }

        return first;

        bool IsWell(int i) => LogRatio(usable[i].Requests, before, since) < 0;
    }

    // For one share rather than the other, as a logarithm.
    private static double LogRatio(Count counts, Count before, Count since) =>
        LogLikelihood(counts, since.EstimatedShare) - LogLikelihood(counts, before.EstimatedShare);

    private static bool IsRare(Stretch[] before, Stretch[] since, double allowed)
    {
        var (old, recent) = (before.Count(one => IsAbove(one.Requests, allowed)),
            since.Count(one => IsAbove(one.Requests, allowed)));
        return recent > 0 && 1 - Binomial.CDF((old + 0.5) / (before.Length + 1), since.Length, recent - 1) < MostChance;
    }

    private static List<Stretch> Usual(Stretch[] before, double allowed)
    {
        var calm = WithoutIncidents(before, allowed);
        // What is mostly so is usual.
        var all = (calm.Count * 2 > before.Length ? calm : [.. before])
            .OrderBy(one => one.Requests.Bad / one.Requests.Total).ToList();
        return all[..(all.Count - (int)(all.Count * Incidents))];
    }

    private static List<Stretch> WithoutIncidents(Stretch[] before, double allowed)
    {
        var (calm, bad) = (new List<Stretch>(), new List<Stretch>());
        foreach (var one in before)
        {
            if (IsAbove(one.Requests, allowed))
            {
                bad.Add(one);
                continue;
            }

            if (bad.Count < Newest) calm.AddRange(bad);
            bad.Clear();
            calm.Add(one);
        }

        return bad.Count < Newest ? [.. calm, .. bad] : calm;
    }

    // Of counts at the share that they are most likely at.
    private static double LogLikelihood(Count counts) => LogLikelihood(counts, counts.Bad / counts.Total);

    private static double LogLikelihood(Count counts, double share) =>
        Times(counts.Bad, share) + Times(counts.Total - counts.Bad, 1 - share);

    private static double Times(double count, double share) => count > 0 ? count * Math.Log(share) : 0;
}
