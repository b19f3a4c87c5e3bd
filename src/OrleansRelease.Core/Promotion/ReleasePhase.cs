namespace OrleansRelease.Core.Promotion;

/// <summary>Where a release is on its way through its environments, in one word.</summary>
public enum ReleasePhase
{
    /// <summary>It moves in an environment.</summary>
    Progressing,

    /// <summary>It has completed in an environment, and is measured there before it goes on.</summary>
    Soaking,

    /// <summary>A person holds it back from the next environment.</summary>
    Paused,

    /// <summary>It did not complete in an environment, and goes no further until somebody starts it there.</summary>
    Stopped,

    /// <summary>It has completed in every environment.</summary>
    Succeeded,
}
