using System.Text.Json.Serialization;

namespace OrleansRelease.Core.Effects;

/// <summary>What became of one attempt at an effect.</summary>
[JsonDerivedType(typeof(Applied), "applied")]
[JsonDerivedType(typeof(NotApplied), "not-applied")]
[JsonDerivedType(typeof(Refused), "refused")]
[JsonDerivedType(typeof(Overtaken), "overtaken")]
[JsonDerivedType(typeof(Unknown), "unknown")]
[JsonDerivedType(typeof(NotBegun), "not-begun")]
public abstract record Outcome
{
    private Outcome()
    {
    }

    /// <summary>The intended state holds and was seen to hold.</summary>
    public sealed record Applied : Outcome;

    /// <summary>The intended state does not hold; nothing was changed, another attempt may succeed.</summary>
    public sealed record NotApplied(string Reason) : Outcome;

    /// <summary>The target says no and will say no again.</summary>
    public sealed record Refused(string Reason) : Outcome;

    /// <summary>The target has accepted a higher fence: somebody else holds the slot now.</summary>
    public sealed record Overtaken(Fence Accepted) : Outcome;

    /// <summary>Nobody knows whether it happened: a time-out, a lost connection, a crash in between.</summary>
    public sealed record Unknown(string Reason) : Outcome;

    /// <summary>
    /// The attempt was not begun, because nothing may go forward now: it counts as none, and the effect is decided
    /// anew.
    /// </summary>
    public sealed record NotBegun(string Reason) : Outcome;
}
