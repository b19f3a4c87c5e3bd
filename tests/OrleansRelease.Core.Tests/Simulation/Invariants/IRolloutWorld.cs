using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Simulation.Invariants;

/// <summary>
/// What the invariants of one rollout ask of the world in which it moves, be it alone there or a part of a release.
/// </summary>
internal interface IRolloutWorld
{
    DateTimeOffset Now { get; }

    RolloutSpec Spec { get; }

    /// <summary>What is on record of it.</summary>
    RolloutState? State { get; }

    VersionName? Baseline { get; }

    /// <summary>A service that is required; null where none is.</summary>
    Elsewhere? Elsewhere { get; }

    /// <summary>Somebody who does not ask has moved its slot.</summary>
    bool WasTakenOver { get; }

    /// <summary>Commands that were answered with yes.</summary>
    IReadOnlyCollection<CommandId> Acknowledged { get; }

    /// <summary>Whether an abort was among them.</summary>
    bool Aborted { get; }

    /// <summary>When the new version last lost its last request; null while it has any or never had one.</summary>
    DateTimeOffset? OffSince { get; }

    /// <summary>The first request that the new version answered badly before then; null when none was.</summary>
    DateTimeOffset? FirstBad(DateTimeOffset until);

    /// <summary>Whether a metric that counts saw all the time until then that the new version is bad.</summary>
    bool IsMeasured(DateTimeOffset until);

    /// <summary>How often something failed in that time that an announced bound allows for once.</summary>
    int Disturbances(DateTimeOffset from, DateTimeOffset to);
}
