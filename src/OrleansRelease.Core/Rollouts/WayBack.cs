using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Rollouts;

/// <summary>One step of a way back.</summary>
[JsonDerivedType(typeof(EnsureBaseline), "ensure-baseline")]
[JsonDerivedType(typeof(RestoreTraffic), "restore-traffic")]
[JsonDerivedType(typeof(RetireCandidate), "retire-candidate")]
[JsonDerivedType(typeof(UndoHook), "undo-hook")]
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

    /// <summary>A hook is asked to take itself back.</summary>
    public sealed record UndoHook(string Hook) : UndoStep;
}

/// <summary>
/// The rollback plan of one rollout: a pure function of the effects that happened or may have happened. What was
/// never touched is not in it.
/// </summary>
public sealed record WayBack(ImmutableArray<UndoStep> Steps)
{
    private const string Traffic = "traffic";

    private const string Instances = "instances";

    private const string Hook = "hook/";

    /// <summary>
    /// After a restore <paramref name="seen"/> is what was there and is not on record: it is taken back as well. But a
    /// version that runs because it <paramref name="isKept"/> is nothing to take back.
    /// </summary>
    public static WayBack From(
        VersionName? baseline, VersionName candidate, ImmutableArray<OutboxEntry> outbox, Observation? seen = null,
        bool isKept = false)
    {
        var happened = outbox
            .Where(entry => entry.Effect.Direction == Direction.Forward && entry.MayHaveHappened)
            .Select(entry => MarkOf(entry.Effect.Action)).OfType<string>().ToList();
        // In the end instances are taken down after the requests to them, whatever is on record.
        if (!isKept && seen?.MayRun(candidate) == true && !happened.Contains(Instances)) happened.Insert(0, Instances);
        if (IsShared(seen, baseline)) happened.Add(Traffic);
        return Inverse(baseline, candidate, happened);
    }

    /// <summary>The way back from behind these steps.</summary>
    public static WayBack After(VersionName? baseline, VersionName candidate, IEnumerable<Step> steps) =>
        Inverse(baseline, candidate, [.. steps.Select(MarkOf).OfType<string>()]);

    /// <summary>The whole way back from the last step of a strategy.</summary>
    public static WayBack Longest(RolloutSpec spec, VersionName? baseline) =>
        After(baseline, spec.Version, spec.Steps);

    /// <summary>The same of a strategy without hooks.</summary>
    public static WayBack Longest(VersionName? baseline, VersionName candidate) =>
        Inverse(baseline, candidate, [Instances, Traffic]);

    // What was done again stays where it was done first. Requests are taken back as a whole, where they were changed
    // last: users come before all that happened before that.
    private static WayBack Inverse(VersionName? baseline, VersionName candidate, IReadOnlyList<string> done)
    {
        var steps = ImmutableArray.CreateBuilder<UndoStep>();
        var last = done
            .Select((mark, i) => (Mark: mark, At: i))
            .GroupBy(one => one.Mark)
            .Select(same => same.Key == Traffic ? same.Last() : same.First())
            .OrderByDescending(one => one.At);
        foreach (var (mark, _) in last)
        {
            if (mark == Traffic && baseline is { } version) steps.Add(new UndoStep.EnsureBaseline(version));
            steps.Add(mark switch
            {
                Traffic => new UndoStep.RestoreTraffic(new TrafficSplit(baseline, candidate, Weight.None)),
                Instances => new UndoStep.RetireCandidate(candidate),
                _ => new UndoStep.UndoHook(mark[Hook.Length..]),
            });
        }

        return new(steps.ToImmutable());
    }

    private static string? MarkOf(EffectAction action) => action switch
    {
        EffectAction.SetTraffic => Traffic,
        EffectAction.Deploy => Instances,
        EffectAction.RunHook { HasUndo: true } run => Hook + run.Hook,
        _ => null,
    };

    private static string? MarkOf(Step step) => step switch
    {
        Step.SetWeight => Traffic,
        Step.Deploy => Instances,
        Step.Hook { Call: { Undo: not null } call } => Hook + call.Name,
        _ => null,
    };

    // Also where only what is refused is to be lifted.
    private static bool IsShared(Observation? seen, VersionName? baseline) => seen is not null
        && (seen.Shedding is not null || (baseline is { } version
            ? seen.ShareOf(version) != Weight.All
            : seen.Shares.Values.Any(share => share > Weight.None)));
}
