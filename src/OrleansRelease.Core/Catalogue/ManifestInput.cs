using System.Text.Json.Serialization;
using OrleansRelease.Core.Effects;

namespace OrleansRelease.Core.Catalogue;

/// <summary>All that can come to a manifest.</summary>
[JsonDerivedType(typeof(Apply), "apply")]
[JsonDerivedType(typeof(OutcomeReported), "outcome")]
[JsonDerivedType(typeof(Tick), "tick")]
public abstract record ManifestInput
{
    private ManifestInput()
    {
    }

    /// <summary>
    /// This is its content now. <see cref="IfMatch"/>: only if it has this content hash; <c>*</c>: only if it is
    /// there; <c>none</c>: only if it is not.
    /// </summary>
    public sealed record Apply(ManifestKey Key, string ContentHash, string? IfMatch) : ManifestInput;

    public sealed record OutcomeReported(OutcomeReport Report) : ManifestInput, IReportsOutcome;

    public sealed record Tick : ManifestInput;
}

/// <summary>All that can have happened to a manifest.</summary>
[JsonDerivedType(typeof(Applied), "applied")]
public abstract record ManifestEvent
{
    private ManifestEvent()
    {
    }

    public sealed record Applied(ManifestKey Key, string ContentHash) : ManifestEvent;
}
