using System.Text.Json.Serialization;

namespace OrleansRelease.Core.Monitors;

/// <summary>What one server has seen of a check, in words for people.</summary>
[JsonDerivedType(typeof(Holds), "holds")]
[JsonDerivedType(typeof(Fails), "fails")]
[JsonDerivedType(typeof(Unclear), "unclear")]
[JsonDerivedType(typeof(Unknown), "unknown")]
public abstract record Sight(string Words)
{
    /// <summary>The answer is as it must be.</summary>
    public sealed record Holds(string Words) : Sight(Words);

    /// <summary>The checked address itself has done something else than what it must.</summary>
    public sealed record Fails(string Words) : Sight(Words);

    /// <summary>Nothing came from the checked address: it may be away, and so may this server's own network.</summary>
    public sealed record Unclear(string Words) : Sight(Words);

    /// <summary>Nothing can be said of the checked address.</summary>
    public sealed record Unknown(string Words) : Sight(Words);

    /// <summary>
    /// With what was seen of the monitor's other address: null where it has none or nobody looked. Only what holds,
    /// fails or is unknown is left.
    /// </summary>
    public Sight Settled(bool? networkAnswers) => (this, networkAnswers) switch
    {
        (Fails or Unclear, false) => new Unknown($"this server's own network: {Words}, and nothing at network either"),
        (Unclear, true) => new Fails(Words),
        (Unclear, null) => new Unknown($"{Words}: the checked address, or this server's own network, which "
            + "network: ADDRESS in the Monitor would tell"),
        _ => this,
    };
}
