using OrleansRelease.Router;

namespace OrleansRelease.Host.Demo;

/// <summary>One request of a user: when its answer was there, who gave it, and how good it was.</summary>
internal sealed record Served(DateTimeOffset At, string Version, int Status, TimeSpan Took)
{
    /// <summary>No version can be made out: the router itself said no.</summary>
    public const string Nobody = "-";

    public bool IsFailed => Status is 0 or >= 500;

    public bool IsBad => IsFailed || Took > RunningRouter.SlowFrom;
}
