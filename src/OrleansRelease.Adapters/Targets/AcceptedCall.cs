using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Adapters.Targets;

/// <summary>What a call asks of a version.</summary>
public enum TargetVerb
{
    Deploy,
    Retire,
}

/// <summary>
/// The call with the highest fence that a slot has accepted; without an outcome while an attempt runs, or after one
/// that was interrupted.
/// </summary>
internal sealed record AcceptedCall(Fence Fence, TargetVerb Verb, VersionName Version, Outcome? Outcome = null)
{
    /// <summary>
    /// The answer that a call gets without anything being done, or null when it is to be accepted. An equal fence is
    /// the same effect again: only "applied" is final, after anything else the attempt is made again.
    /// </summary>
    public static Outcome? Answer(AcceptedCall? last, AcceptedCall asked)
    {
        if (last is null || asked.Fence > last.Fence) return null;
        if (asked.Fence < last.Fence) return new Outcome.Overtaken(last.Fence);
        if (asked.Verb != last.Verb || asked.Version != last.Version)
            return new Outcome.Refused($"fence {last.Fence} was used before to {last.Verb} {last.Version}");
        return last.Outcome as Outcome.Applied;
    }
}
