namespace OrleansRelease.Core.Rollouts;

/// <summary>Where a rollout is, in one word.</summary>
public enum Phase
{
    Pending,
    Progressing,
    Paused,
    Verifying,
    Succeeded,
    RollingBack,
    RolledBack,

    /// <summary>
    /// A way back that could not be finished: not terminal, a person is told and leaves it by a command.
    /// </summary>
    Failed,
    Cancelled,
    Superseded,
}

/// <summary>Questions that a phase answers.</summary>
public static class PhaseQuestions
{
    extension(Phase phase)
    {
        /// <summary>Nothing moves it any more.</summary>
        public bool IsOver => phase is Phase.Succeeded or Phase.RolledBack or Phase.Cancelled or Phase.Superseded;
    }
}
