namespace OrleansRelease.Core.Releases;

/// <summary>Where a passage is, in one word; as far as they mean the same, the words of a rollout.</summary>
public enum PassagePhase
{
    Pending,
    Progressing,
    Paused,
    Succeeded,

    /// <summary>Some of its services were verified, others went back alone or never began.</summary>
    Partial,
    RollingBack,

    /// <summary>All of it is back; it is called rolled back when its criteria have held again.</summary>
    Stabilising,
    RolledBack,

    /// <summary>Something of its way back could not be done: not terminal, a person is told and decides.</summary>
    Failed,
    Cancelled,
    Superseded,
}
