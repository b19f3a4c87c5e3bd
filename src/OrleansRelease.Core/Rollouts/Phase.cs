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

    /// <summary>Good, and its release has not completed: not terminal, that one may still take it back.</summary>
    Verified,

    /// <summary>Its release is taken back, and its turn has not come.</summary>
    Halted,
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
