using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Tests.Simulation;

namespace OrleansRelease.Core.Tests.Releases.Simulation;

/// <summary>What is planted in a shop: nothing, but what is said.</summary>
internal sealed record ShopDefect
{
    /// <summary>What the rules of a release are told instead of what it is to do.</summary>
    public Func<PassageSpec, PassageSpec> Told { get; init; } = spec => spec;

    /// <summary>What the rules of a release hear instead of what was said.</summary>
    public Func<PassageInput, PassageInput> Heard { get; init; } = input => input;

    /// <summary>What arrives instead of what one part has told another; null: nothing does.</summary>
    public Func<EffectAction, DateTimeOffset, EffectAction?> Arrives { get; init; } = (action, _) => action;

    /// <summary>What is planted in the real rollouts.</summary>
    public Tamper Rollouts { get; init; } = new NoTamper();

    /// <summary>An invariant that is not judged, so that it is known which others find what is planted.</summary>
    public int? Unjudged { get; init; }
}
