using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Specs;

/// <summary>A service, and the version at which it must be stable, or later, where a rollout is to move.</summary>
public sealed record Requirement(ServiceName Service, VersionName AtLeast)
{
    /// <summary>How many one service may have: each is kept with every rollout that waits in its queue.</summary>
    public const int Most = 10;

    /// <summary>What cannot be compared meets nothing.</summary>
    public bool IsMetBy(VersionName? stable) =>
        SemanticVersion.Of(stable) is { } found && SemanticVersion.Of(AtLeast) is { } least && found.IsAtLeast(least);

    /// <summary>How things stand, as people read it.</summary>
    public string Standing(VersionName? stable) => stable switch
    {
        null => $"nothing of {Service} is stable there, and at least {AtLeast} is required",
        { } other when SemanticVersion.Of(other) is null =>
            $"{Service} is stable at {other}, which is no semantic version: it cannot be compared with {AtLeast}",
        { } known when IsMetBy(known) => $"{Service} is stable at {known}",
        { } known => $"{Service} is stable at {known}, and at least {AtLeast} is required",
    };

    public override string ToString() => $"{Service} {AtLeast} or later";
}
