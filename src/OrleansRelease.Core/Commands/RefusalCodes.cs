namespace OrleansRelease.Core.Commands;

/// <summary>The code of every refusal that the rules answer with: what programs may rely on.</summary>
public static class RefusalCodes
{
    // What is asked for is not there.
    /// <summary>Nothing of this name is on record.</summary>
    public const string NotFound = "not-found";

    // The thing is not in a state for what is asked.
    /// <summary>It holds the lease and has not begun yet: the same command in a moment.</summary>
    public const string AboutToBegin = "about-to-begin";

    public const string AlreadyBegun = "already-begun";
    public const string AlreadyEnded = "already-ended";
    public const string AlreadyMoving = "already-moving";
    public const string AlreadyStable = "already-stable";
    public const string AlreadySucceeded = "already-succeeded";

    /// <summary>Others have been built on what would be taken back.</summary>
    public const string BuiltOn = "built-on";

    /// <summary>A step could cost more of the error budget than one rollout may, or than is left.</summary>
    public const string BudgetExceeded = "budget-exceeded";

    /// <summary>The source does not say what is left of the error budget.</summary>
    public const string BudgetUnknown = "budget-unknown";

    public const string Failed = "failed";

    /// <summary>The store is written in an older format until its upgrade is finalized.</summary>
    public const string FinalizeFirst = "finalize-first";

    /// <summary>A release of this name has other content, and none ever changes.</summary>
    public const string Immutable = "immutable";

    public const string NoEvidence = "no-evidence";
    /// <summary>What is there is not what was said to be there.</summary>
    public const string NotAsSeen = "not-as-seen";

    /// <summary>Nothing of it has completed there, or all of that was taken back.</summary>
    public const string NotCompleted = "not-completed";

    public const string NotFailed = "not-failed";

    /// <summary>Nobody has the lease.</summary>
    public const string NotHeld = "not-held";

    public const string NothingSkippable = "nothing-to-skip";
    public const string NotPaused = "not-paused";

    /// <summary>It has begun: it can be taken back, not withdrawn.</summary>
    public const string NotQueued = "not-queued";

    public const string NoUseForPermit = "no-use-for-permit";

    /// <summary>It moves with its release, and only that one can be asked.</summary>
    public const string OfRelease = "of-release";

    /// <summary>The version is there already, as another artifact.</summary>
    public const string OtherDigest = "other-digest";

    public const string Paused = "paused";
    public const string Pending = "pending";

    /// <summary>The stored row cannot be read or decided on; its explanation says why.</summary>
    public const string Poisoned = "poisoned";

    /// <summary>The store was restored, and what is there has not been found to be what is on record.</summary>
    public const string Restored = "restored";

    public const string RollingBack = "rolling-back";
    public const string SlotBusy = "slot-busy";

    /// <summary>A manifest was stored by a version that wrote it otherwise.</summary>
    public const string UnreadableManifest = "unreadable-manifest";

    // Somebody has changed it in between.
    public const string PreconditionFailed = "precondition-failed";

    // What is asked can never be, as it is.
    public const string BadDigest = "bad-digest";
    public const string BadDuration = "bad-duration";
    public const string BadLimit = "bad-limit";

    /// <summary>A value cannot be filled into a query without changing what it asks for.</summary>
    public const string BadMetricQuery = "bad-metric-query";

    /// <summary>A reason that must be there is not, or is too long.</summary>
    public const string BadReason = "bad-reason";

    /// <summary>There is no way for a release through its environments.</summary>
    public const string BadRoute = "bad-route";

    /// <summary>What an objective is measured by does not count requests, or in too long intervals.</summary>
    public const string BadSlo = "bad-slo";

    public const string BadVersion = "bad-version";
    public const string BoundExceeded = "bound-exceeded";

    /// <summary>Nothing runs there yet that could get the other requests.</summary>
    public const string FirstVersion = "first-version";

    /// <summary>A release does not wait for what it requires, and that is not there.</summary>
    public const string RequirementNotMet = "requirement-not-met";

    /// <summary>A hook has no undo, and the environment wants one.</summary>
    public const string HookWithoutUndo = "hook-without-undo";

    /// <summary>Services would wait for one another's versions in a circle.</summary>
    public const string RequirementCycle = "requirement-cycle";

    /// <summary>The command's id was used before with another body.</summary>
    public const string KeyReused = "idempotency-key-reused";

    /// <summary>The release says through which environments it goes, and this is none of them.</summary>
    public const string NotForEnvironment = "not-for-environment";

    public const string NoAnalysis = "no-analysis";
    public const string NoBound = "no-bound";
    public const string NoMetrics = "no-metrics";

    /// <summary>Rules for Prometheus are wanted of what it does not count, or cannot be asked.</summary>
    public const string NoRules = "no-rules";

    /// <summary>No shell can do what is done there.</summary>
    public const string NoScript = "no-script";

    public const string NoTarget = "no-target";

    /// <summary>Something that must be measured has no numbers, or its source does not say whether it has.</summary>
    public const string NoTelemetry = "no-telemetry";
    public const string NoTraffic = "no-traffic";
    public const string NoWorkload = "no-workload";

    /// <summary>No hard limit ends an outage as an objective counts it: nobody can say what a step may cost.</summary>
    public const string SloNotJudged = "slo-not-judged";

    /// <summary>The state would outgrow its bound.</summary>
    public const string StateTooLarge = "state-too-large";

    /// <summary>Manifests refer to each other deeper than is followed.</summary>
    public const string TooDeep = "too-deep";

    public const string UnknownArgument = "unknown-argument";
    public const string UnknownMetric = "unknown-metric";
    public const string UnknownMonitor = "unknown-monitor";
    public const string UnknownStrategy = "unknown-strategy";
    public const string UnknownTemplate = "unknown-template";

    // A bound is reached; later there may be room.
    public const string OldVersionsWaiting = "old-versions-waiting";
    public const string QueueFull = "queue-full";
    public const string TooManyWaiters = "too-many-waiters";
    public const string TooManyWaiting = "too-many-waiting";
}
