namespace OrleansRelease.EndToEnd.Tests.Faults;

/// <summary>What a round means to happen to one rollout, so that in every round there are some of each.</summary>
internal enum Course
{
    /// <summary>A good version: it succeeds.</summary>
    Good,

    /// <summary>A version with bad answers: evidence takes it back.</summary>
    Bad,

    /// <summary>A good one that a person takes back as soon as it has users.</summary>
    Aborted,

    /// <summary>A good one that a person holds as soon as it has users, until the fault is over: it succeeds.</summary>
    Paused,
}
