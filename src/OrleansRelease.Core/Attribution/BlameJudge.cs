using System.Collections.Immutable;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Attribution;

/// <summary>
/// Says which of several concurrent rollouts has made a service worse, or that it was none of them. It may be asked
/// again with every stretch that comes in, and after somebody was blamed and has gone back for who else there is.
/// </summary>
public static class BlameJudge
{
    /// <summary>A change of the arithmetic is a change of this.</summary>
    public const int Version = 2;

    /// <summary>How many suspects are weighed.</summary>
    public const int MostSuspects = 64;

    /// <summary>The odds at which somebody is blamed, or all are cleared.</summary>
    public const double Margin = 20;

    /// <summary>The onset is known to a stretch or so.</summary>
    public static readonly TimeSpan Blur = TimeSpan.FromMinutes(1);

    /// <param name="anomaly">What has happened.</param>
    /// <param name="suspects">Everybody that touches the degraded service or what it depends on, also who was blamed.
    /// </param>
    /// <param name="blamed">Who was blamed for it before.</param>
    /// <param name="now">Stretches that end later are not looked at.</param>
    /// <param name="unread">How many more suspects there are of which nothing is known.</param>
    /// <param name="needsSplit">
    /// Whether somebody else stepped meanwhile, who is no suspect: then only counts by version convict.
    /// </param>
    public static Finding Judge(
        Anomaly anomaly, ImmutableArray<Suspect> suspects, ImmutableArray<RolloutId> blamed, DateTimeOffset now,
        int unread = 0, bool needsSplit = false)
    {
        ArgumentNullException.ThrowIfNull(anomaly);
        var from = suspects.Where(s => blamed.Contains(s.Rollout))
            .Select(s => GoneAt(s)).Append(anomaly.Onset).Max();
        var rise = Rise.Of(anomaly, from, now);
        var others = suspects.Where(s => !blamed.Contains(s.Rollout))
            .OrderBy(s => s.Rollout.ToString(), StringComparer.Ordinal).ToList();
        var weighed = others.Take(MostSuspects)
            .Select(suspect => Weigh(suspect, anomaly, rise, !blamed.IsEmpty, now)).ToList();
        var able = weighed.Where(w => w.HasBegun).ToList();
        var (outside, odds) = Weighing.Of([.. able.Select(w => w.Factors)]);
        var left = others.Count - weighed.Count + unread;
        var judgement = Decide(rise, able, odds, left, needsSplit);
        var ranked = able.Select((w, i) => Rank(w, odds[i], judgement))
            .Concat(weighed.Where(w => !w.HasBegun).Select(w => Rank(w, double.NegativeInfinity, judgement)))
            .OrderByDescending(r => r.LogOdds);
        return new(
            Version, anomaly.Slot, anomaly.Onset, now, judgement, rise.Before, rise.Since, outside, [.. ranked], left);
    }

    // While it still gets requests nothing can be said of the others.
    private static DateTimeOffset GoneAt(Suspect suspect) =>
        suspect.Steps.IsEmpty ? DateTimeOffset.MinValue
        : suspect.Steps[^1].Share > 0 ? DateTimeOffset.MaxValue : suspect.Steps[^1].At;

    private static Weighed Weigh(Suspect suspect, Anomaly anomaly, Rise rise, bool isLater, DateTimeOffset now)
    {
        var contrast = Contrast.Of(suspect, anomaly, rise, now);
        var tracking = Tracking.Of(suspect, anomaly, rise);
        var delay = Delay.Of(suspect, anomaly, Blur);
        // What remains when a first one has gone back may have begun at any time.
        if (isLater && suspect.BeganAt <= now) delay = delay with { LogFactor = 0 };
        return new(suspect, contrast, tracking, delay);
    }

    private static Judgement Decide(Rise rise, List<Weighed> able, double[] odds, int left, bool needsSplit)
    {
        if (rise.Since.Total <= 0)
            return new Judgement.Undecided("nothing has been counted since");
        if (!rise.IsClear)
            return new Judgement.Undecided("what has been counted since is no clear rise");
        if (left > 0)
            return new Judgement.Undecided("there are suspects that could not be weighed");
        var margin = Math.Log(Margin);
        var first = able.Count == 0 ? -1 : Array.IndexOf(odds, odds.Max());
        if (first < 0 || Logs.Sum(odds) <= -margin) return new Judgement.NotAmongThem();
        if (odds[first] >= margin && needsSplit && able[first].Contrast is null)
        {
            return new Judgement.Undecided(
                "another rollout stepped soon after, and no counts by version tell them apart");
        }

        if (odds[first] >= margin) return new Judgement.Blame(able[first].Suspect.Rollout);
        // Of one that has no requests any more nothing more can be learned.
        var telling = able.Select((w, i) => (w.Suspect, Odds: odds[i]))
            .Where(w => w.Suspect.Steps[^1].Share > 0 && w.Odds > -margin)
            .OrderByDescending(w => w.Odds).Select(w => (RolloutId?)w.Suspect.Rollout).FirstOrDefault();
        return new Judgement.Undecided(BlameWords.OfOdds(able[first].Suspect.Rollout, odds[first]), telling);
    }

    private static Ranked Rank(Weighed weighed, double odds, Judgement judgement)
    {
        var advice = judgement switch
        {
            Judgement.Blame blame when blame.Rollout == weighed.Suspect.Rollout => Advice.GoBack,
            Judgement.NotAmongThem => Advice.GoOn,
            _ => Advice.Hold,
        };
        var probability = 1 / (1 + Math.Exp(-odds));
        return new(
            weighed.Suspect.Rollout, probability, Math.Clamp(odds / Math.Log(10), -99, 99), weighed.Contrast,
            weighed.Tracking, weighed.Delay, advice, BlameWords.Of(weighed, odds));
    }
}
