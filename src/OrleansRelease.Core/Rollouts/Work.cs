using System.Text.Json.Serialization;

namespace OrleansRelease.Core.Rollouts;

/// <summary>What a rollout does within a step.</summary>
[JsonDerivedType(typeof(Gated), "gated")]
[JsonDerivedType(typeof(Acting), "acting")]
[JsonDerivedType(typeof(Resting), "resting")]
[JsonDerivedType(typeof(Judging), "judging")]
[JsonDerivedType(typeof(Covering), "covering")]
public abstract record Work
{
    private Work()
    {
    }

    /// <summary>
    /// The step's effect waits for its gates. After an attempt that lapsed <see cref="GiveUpAt"/> goes on counting.
    /// </summary>
    public sealed record Gated(DateTimeOffset? GiveUpAt = null) : Work;

    /// <summary>
    /// The step's effect is under way; without success by <see cref="GiveUpAt"/> the rollout goes back.
    /// </summary>
    public sealed record Acting(int Ordinal, DateTimeOffset Since, DateTimeOffset? GiveUpAt) : Work;

    /// <summary>A pause; without <see cref="Until"/> it ends when a person promotes.</summary>
    public sealed record Resting(DateTimeOffset? Until) : Work;

    /// <summary>An analysis step waits for its verdict.</summary>
    public sealed record Judging : Work;

    /// <summary>All requests are on the new version and usable windows are being collected.</summary>
    public sealed record Covering : Work;
}
