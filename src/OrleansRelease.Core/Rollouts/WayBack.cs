using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Rollouts;

/// <summary>One step of a way back.</summary>
[JsonDerivedType(typeof(EnsureBaseline), "ensure-baseline")]
[JsonDerivedType(typeof(RestoreTraffic), "restore-traffic")]
[JsonDerivedType(typeof(RetireCandidate), "retire-candidate")]
public abstract record UndoStep
{
    private UndoStep()
    {
    }

    /// <summary>
    /// The baseline is seen to run and be ready, and is started where it is not, before it gets requests.
    /// </summary>
    public sealed record EnsureBaseline(VersionName Version) : UndoStep;

    /// <summary>All requests go to the baseline; where there is none, nothing answers.</summary>
    public sealed record RestoreTraffic(TrafficSplit Split) : UndoStep;

    public sealed record RetireCandidate(VersionName Version) : UndoStep;
}

/// <summary>
/// The rollback plan of one rollout: a pure function of the effects that happened or may have happened. What was
/// never touched is not in it.
/// </summary>
public sealed record WayBack(ImmutableArray<UndoStep> Steps)
{
    /// <summary>
    /// After a restore <paramref name="seen"/> is what was there and is not on record: it is taken back as well. But a
    /// version that runs because it <paramref name="isKept"/> is nothing to take back.
    /// </summary>
    public static WayBack From(
        VersionName? baseline, VersionName candidate, ImmutableArray<OutboxEntry> outbox, Observation? seen = null,
        bool isKept = false)
    {
        var happened = outbox.Where(entry =>
            entry.Effect.Direction == Direction.Forward && entry.MayHaveHappened).ToList();
        var steps = ImmutableArray.CreateBuilder<UndoStep>();
        if (happened.Any(entry => entry.Effect.Action is EffectAction.SetTraffic) || IsShared(seen, baseline))
        {
            if (baseline is { } version) steps.Add(new UndoStep.EnsureBaseline(version));
            steps.Add(new UndoStep.RestoreTraffic(new TrafficSplit(baseline, candidate, Weight.None)));
        }

        var mayRun = !isKept && seen?.MayRun(candidate) == true;
        if (mayRun || happened.Any(entry => entry.Effect.Action is EffectAction.Deploy))
            steps.Add(new UndoStep.RetireCandidate(candidate));
        return new(steps.ToImmutable());
    }

    private static bool IsShared(Observation? seen, VersionName? baseline) => seen is not null
        && (baseline is { } version
            ? seen.ShareOf(version) != Weight.All
            : seen.Shares.Values.Any(share => share > Weight.None));

    /// <summary>The whole way back from the last step of a strategy.</summary>
    public static WayBack Longest(VersionName? baseline, VersionName candidate)
    {
        var steps = ImmutableArray.CreateBuilder<UndoStep>();
        if (baseline is { } version) steps.Add(new UndoStep.EnsureBaseline(version));
        steps.Add(new UndoStep.RestoreTraffic(new TrafficSplit(baseline, candidate, Weight.None)));
        steps.Add(new UndoStep.RetireCandidate(candidate));
        return new(steps.ToImmutable());
    }
}
