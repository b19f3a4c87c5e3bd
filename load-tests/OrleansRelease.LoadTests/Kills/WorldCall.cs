using OrleansRelease.Core.Effects;

namespace OrleansRelease.LoadTests.Kills;

/// <summary>What a server asks of the outside world; <see cref="Weight"/> is a split's, in basis points.</summary>
internal sealed record WorldCall(string Verb, string Service, string Version, int? Weight, Fence Fence)
{
    public const string Deploy = "deploy";

    public const string Retire = "retire";

    public const string Split = "split";

    /// <summary>Whether it asks for the same as another call, whatever their fences.</summary>
    public bool AsksTheSameAs(WorldCall other) => this with { Fence = other.Fence } == other;
}

/// <summary>What the world says to that.</summary>
internal sealed record WorldAnswer(Outcome Outcome);

/// <summary>What the world says of one version.</summary>
internal sealed record WorldHealth(bool Runs);
