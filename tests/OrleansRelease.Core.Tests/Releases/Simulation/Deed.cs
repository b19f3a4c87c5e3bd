using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Tests.Releases.Simulation;

/// <summary>What was really done in a slot.</summary>
internal enum Deed
{
    Begun,
    Deployed,
    Exposed,
    Verified,
    GoingBack,
    Back,
    Overtaken,
}

/// <summary>One line of the shop's log.</summary>
internal sealed record Done(DateTimeOffset At, PassageId Passage, ServiceName Service, Deed Deed);
