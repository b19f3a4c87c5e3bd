using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Attribution;

/// <summary>
/// What was found about one anomaly at one time, with all that it was made from: it is kept. Bounded, because it holds
/// sums and no stretches, and <see cref="BlameJudge.MostSuspects"/> suspects at most.
/// </summary>
/// <param name="Version">Of the arithmetic: the same version finds the same in the same evidence.</param>
/// <param name="Slot">The degraded service and where it runs.</param>
/// <param name="Onset">Since when.</param>
/// <param name="At">When it was judged.</param>
/// <param name="Judgement">Who, if anybody.</param>
/// <param name="Before">Requests of the degraded service before the onset.</param>
/// <param name="Since">Its requests that were judged.</param>
/// <param name="Outside">How probable it is, from 0 to 1, that the cause is none of the suspects.</param>
/// <param name="Ranked">The suspects, the most probable first.</param>
/// <param name="NotWeighed">
/// How many suspects were beyond the bound, or could not be read; with any nobody is blamed.
/// </param>
public sealed record Finding(
    int Version,
    SlotKey Slot,
    DateTimeOffset Onset,
    DateTimeOffset At,
    Judgement Judgement,
    Count Before,
    Count Since,
    double Outside,
    ImmutableArray<Ranked> Ranked,
    int NotWeighed)
{
    /// <summary>How many others a rollout is told of beside itself.</summary>
    public const int MostOthers = 4;

    /// <summary>
    /// What one rollout keeps of it: the most probable ones and itself. A transition of each says it every minute; the
    /// whole is kept where it was found.
    /// </summary>
    public Finding To(RolloutId rollout)
    {
        var others = Ranked.Where(ranked => ranked.Rollout != rollout).Take(MostOthers).ToHashSet();
        return this with
        {
            Ranked = [.. Ranked.Where(ranked => ranked.Rollout == rollout || others.Contains(ranked))],
        };
    }
}

/// <summary>Who is to blame for an anomaly.</summary>
[JsonDerivedType(typeof(Blame), "blame")]
[JsonDerivedType(typeof(NotAmongThem), "not-among-them")]
[JsonDerivedType(typeof(Undecided), "undecided")]
[JsonDerivedType(typeof(Ended), "ended")]
public abstract record Judgement
{
    private Judgement()
    {
    }

    /// <summary>This one, by a clear margin.</summary>
    public sealed record Blame(RolloutId Rollout) : Judgement;

    /// <summary>None of them, by a clear margin.</summary>
    public sealed record NotAmongThem : Judgement;

    /// <summary>
    /// The evidence leaves it open, for a reason that people can read. <see cref="Telling"/> is the rollout whose way
    /// back would tell most; null where none would.
    /// </summary>
    public sealed record Undecided(string Reason, RolloutId? Telling = null) : Judgement;

    /// <summary>The service is well again, or is not looked at any more: nobody has to hold.</summary>
    public sealed record Ended : Judgement;
}

/// <summary>What a suspect should do now.</summary>
public enum Advice
{
    GoOn,
    Hold,
    GoBack,
}

/// <summary>One suspect, with the factors by which the evidence makes it more or less likely.</summary>
/// <param name="Rollout">Which one.</param>
/// <param name="Probability">That it is a cause, alone or with another one, from 0 to 1.</param>
/// <param name="LogOdds">The decimal logarithm of the odds of that, within ±99: 2 is a hundred to one.</param>
/// <param name="Contrast">Where it reached against where it did not; null where there is no split to tell.</param>
/// <param name="Tracking">Whether the failing share follows this rollout's share.</param>
/// <param name="Delay">How long before the onset it stepped.</param>
/// <param name="Advice">What it should do now.</param>
/// <param name="Words">The arithmetic, for people.</param>
public sealed record Ranked(
    RolloutId Rollout,
    double Probability,
    double LogOdds,
    ContrastEvidence? Contrast,
    TrackingEvidence Tracking,
    DelayEvidence Delay,
    Advice Advice,
    string Words);

/// <summary>Requests that the new version reached, and those that it did not.</summary>
/// <param name="SeenAt">Whose requests they are.</param>
/// <param name="From">Since when: the onset, or its first step.</param>
/// <param name="Reached">Those that it reached.</param>
/// <param name="Missed">Those that it did not.</param>
/// <param name="Explained">The share of the rise in these requests that lies where it reached, from 0 to 1.</param>
/// <param name="LogFactor">The decimal logarithm of the likelihood ratio, culprit to not.</param>
public sealed record ContrastEvidence(
    SeenAt SeenAt, DateTimeOffset From, Count Reached, Count Missed, double Explained, double LogFactor);

/// <summary>How well this rollout's share explains the failing share since the onset.</summary>
/// <param name="LeastShare">Its smallest share since the onset, from 0 to 1.</param>
/// <param name="MostShare">Its largest share since the onset, from 0 to 1.</param>
/// <param name="LogFactor">The decimal logarithm of the likelihood ratio, follows to does not.</param>
public sealed record TrackingEvidence(double LeastShare, double MostShare, double LogFactor);

/// <summary>How its steps lie before the onset.</summary>
/// <param name="SinceStep">From its last step up to the onset; null where there was none.</param>
/// <param name="LogFactor">The decimal logarithm of the density of that delay, to that of an onset at any time.
/// </param>
public sealed record DelayEvidence(TimeSpan? SinceStep, double LogFactor);
