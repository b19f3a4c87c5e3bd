using System.Collections.Immutable;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Durability;

/// <summary>The generation that fences carry, and the indexed columns by which a row is found.</summary>
public sealed record Facts(
    int Generation, string Phase, ServiceName? Service = null, EnvironmentName? Environment = null,
    VersionName? Version = null, string? SpecHash = null)
{
    /// <summary>The streams that the transition rings, written with the row.</summary>
    public ImmutableArray<Ring> Rings { get; init; } = [];
}
