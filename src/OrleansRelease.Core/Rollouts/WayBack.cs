using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
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
    public static WayBack From(VersionName? baseline, VersionName candidate, ImmutableArray<OutboxEntry> outbox)
    {
        var happened = outbox.Where(entry =>
            entry.Effect.Direction == Direction.Forward && entry.MayHaveHappened).ToList();
        var steps = ImmutableArray.CreateBuilder<UndoStep>();
        if (happened.Any(entry => entry.Effect.Action is EffectAction.SetTraffic))
        {
            if (baseline is { } version) steps.Add(new UndoStep.EnsureBaseline(version));
            steps.Add(new UndoStep.RestoreTraffic(new TrafficSplit(baseline, candidate, Weight.None)));
        }

        if (happened.Any(entry => entry.Effect.Action is EffectAction.Deploy))
            steps.Add(new UndoStep.RetireCandidate(candidate));
        return new(steps.ToImmutable());
    }

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
