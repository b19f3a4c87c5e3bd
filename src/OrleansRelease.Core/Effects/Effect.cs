using System.Text.Json.Serialization;

namespace OrleansRelease.Core.Effects;

/// <summary>Whether an effect moves a slot towards the new version, back from it, or neither.</summary>
public enum Direction
{
    Neutral,
    Forward,
    Back,
}

/// <summary>How long one attempt may take, how many there are, and how long to wait between them (doubling).</summary>
public sealed record EffectLimits(TimeSpan Timeout, int Attempts, TimeSpan Backoff)
{
    public static readonly EffectLimits Internal = new(TimeSpan.FromSeconds(5), int.MaxValue, TimeSpan.FromSeconds(1));

    public static readonly TimeSpan MaxBackoff = TimeSpan.FromSeconds(30);

    /// <summary>How long after its time-out an attempt without any report counts as lost.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <summary>The wait after the given attempt (1-based), doubling from <see cref="Backoff"/>.</summary>
    public TimeSpan WaitAfter(int attempt)
    {
        var wait = Backoff.TotalMilliseconds * Math.Pow(2, Math.Min(attempt - 1, 20));
        return TimeSpan.FromMilliseconds(Math.Min(wait, MaxBackoff.TotalMilliseconds));
    }

    /// <summary>The longest that all attempts and the waits between them can take.</summary>
    [JsonIgnore]
    public TimeSpan WorstCase
    {
        get
        {
            // After 21 attempts the wait no longer grows; an effect that is told until it is heard has no end to sum
            // to.
            var (growing, waits) = (Math.Min(Attempts - 1, 21), TimeSpan.Zero);
            for (var attempt = 1; attempt <= growing; attempt++) waits += WaitAfter(attempt);
            return (Timeout * Attempts) + waits + (WaitAfter(22) * (Attempts - 1 - growing));
        }
    }
}

/// <summary>
/// One effect of a grain: its ordinal is its identity within the owner, its fence what outside targets compare.
/// </summary>
public sealed record Effect(int Ordinal, Fence Fence, Direction Direction, EffectAction Action, EffectLimits Limits);
