using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Rollouts;

/// <summary>
/// Requests go back while only so many instances of the baseline are <paramref name="Ready"/>, by the effect
/// <paramref name="Ordinal"/>; where all are, nothing is refused any more. That was decided by what was seen at
/// <paramref name="SeenAt"/>, and <paramref name="Which"/> those were (<see cref="HealthFact.Which"/>).
/// <paramref name="IsBack"/>: by this effect or one before it requests are there, or may be.
/// </summary>
public sealed record Shed(
    int Ordinal, InstanceCount Ready, DateTimeOffset? SeenAt = null, string? Which = null, bool IsBack = false);

/// <summary>
/// A way back sees to it that all instances of the baseline are ready, and sends requests there then. Where the service
/// has said how to shed load, those that are ready get them before: beside what the way back waits for, so that it can
/// neither be held up by it nor fail with it. Whenever others are ready than before it is decided again, and lifted
/// when all are. The step that comes next sends all requests without shedding, and so lifts it as well.
/// </summary>
internal static class LoadShedding
{
    /// <summary>
    /// How long the one attempt may take that is made at each decision: the next look at the instances decides anew.
    /// </summary>
    public static readonly TimeSpan AttemptWithin = TimeSpan.FromSeconds(5);

    /// <summary>How soon instances are looked at again while the way back is stuck, which may last for days.</summary>
    private static readonly TimeSpan StuckInterval = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How often it is tried to lift what an ended rollout has left: with thirty seconds between them for eight hours.
    /// </summary>
    public const int LiftAttempts = 1_000;

    public static Shed? Of(Stage stage) => stage switch
    {
        Stage.GoingBack back => back.Shed,
        Stage.Stuck stuck => stuck.Shed,
        _ => null,
    };

    public static RolloutState With(RolloutState state, RolloutEvent.LoadShed happened) => With(
        state,
        new Shed(
            happened.Ordinal, happened.Ready, state.Health?.At, state.Health?.Which,
            IsBack: Of(state.Stage) is { IsBack: true }));

    public static RolloutState WithRequests(RolloutState state) => With(state, Of(state.Stage)! with { IsBack = true });

    /// <summary>What became of it. After a restore it may have happened, whatever was heard of it.</summary>
    public static void TakeIn(Draft draft)
    {
        if (Of(draft.State.Stage) is not { IsBack: false } shed) return;
        var entry = draft.Moment.Outbox.FirstOrDefault(one => one.Effect.Ordinal == shed.Ordinal);
        if (entry is { MayHaveHappened: true } && (!entry.Running || draft.Moment.HasEpochRisen))
            draft.Happen(new RolloutEvent.RequestsBack(shed.Ordinal));
    }

    /// <summary>Whether it matters now how many instances are ready.</summary>
    public static bool IsOpen(RolloutSpec spec, RolloutState state)
    {
        // Where no fence keeps it out, it could arrive after it was lifted.
        if (spec.Shed is null || spec.Traffic.Fencing == Fencing.None || state.Restored.IsOpen) return false;
        return state.Stage switch
        {
            Stage.GoingBack back => back.Plan.Steps[back.Done] is UndoStep.EnsureBaseline,
            // Requests are there already, and an instance may come or go before a person does.
            Stage.Stuck { Shed.IsBack: true } stuck => stuck.Plan.Steps[stuck.Done] is UndoStep.EnsureBaseline,
            _ => false,
        };
    }

    /// <summary>When it is looked again which instances are ready; null: it does not matter.</summary>
    public static DateTimeOffset? NextLookAt(RolloutSpec spec, RolloutState state) =>
        !IsOpen(spec, state) ? null
        : state.Health is not { } health || health.At < state.StepSince ? state.StepSince
        : health.At + (state.Stage is Stage.Stuck ? StuckInterval : Questions.GatesInterval);

    public static void Advance(Draft draft)
    {
        var state = draft.State;
        if (!IsOpen(draft.Spec, state)) return;
        if (state.Health is not { Baseline: { } count } health || health.At < state.StepSince) return;
        // In a restored store the last look may be from long ago.
        if (draft.Now - health.At > Questions.FactMaxAge) return;
        var before = Of(state.Stage);
        if (before is not null && !IsDue(draft, before, health)) return;
        var isBack = before is { IsBack: true };
        var shedding = draft.Spec.Shed!.Of(count.Ready, count.Wanted, isBack);
        // Where all are ready nothing is short; where none is there is nothing that requests could be sent to.
        if (shedding is null && !(isBack && count.IsReady)) return;
        draft.Happen(new RolloutEvent.LoadShed(draft.NextOrdinal, count));
        draft.Intend(Intents.Shed(draft.Spec, state, SplitOf(state.Stage), shedding));
    }

    /// <summary>What comes now says how all requests are shared, and nobody waits for this any longer.</summary>
    public static void Abandon(Draft draft)
    {
        if (Of(draft.State.Stage) is { } shed) draft.AbandonWhere(effect => effect.Ordinal == shed.Ordinal);
    }

    /// <summary>
    /// Whatever ended it has not meant that requests are refused for ever. Where somebody else has the slot, the newer
    /// lease keeps this out. What lifts it looks first, and repeats what it sees: by then nothing may be under way that
    /// could still arrive.
    /// </summary>
    public static void LiftAtTheEnd(Draft draft)
    {
        var outbox = draft.Moment.Outbox;
        if (NotLifted(outbox) is null && !WasSeen(draft)) return;
        draft.Intend(Intents.Lift(draft.Spec, draft.State) with
        {
            NotBefore = outbox.Where(entry => entry is { MayStillArrive: true, Effect.Action: EffectAction.SetTraffic })
                .Max(entry => entry.OverAt),
        });
    }

    /// <summary>
    /// What may be shed now by what is on record: nobody has surely lifted it since. Null: nothing.
    /// </summary>
    public static Shedding? NotLifted(IEnumerable<OutboxEntry> outbox)
    {
        foreach (var entry in outbox.Reverse())
        {
            var shedding = (entry.Effect.Action as EffectAction.SetTraffic)?.Shedding;
            if (entry.Effect.Action is not (EffectAction.SetTraffic or EffectAction.LiftShedding)) continue;
            // Whoever has overtaken it has said anew what is refused, and that is not this one's.
            if (entry.Status == EffectStatus.Overtaken) return null;
            if (shedding is null && entry.Status == EffectStatus.Applied) return null;
            if (shedding is not null && entry.MayHaveHappened) return shedding;
        }

        return null;
    }

    /// <summary>Whether a step that is still to come lifts it.</summary>
    public static bool IsLiftedByPlan(Stage stage) => stage switch
    {
        Stage.GoingBack back => back.Plan.Steps.Skip(back.Done).Any(step => step is UndoStep.RestoreTraffic),
        Stage.Stuck stuck => stuck.Plan.Steps.Skip(stuck.Done).Any(step => step is UndoStep.RestoreTraffic),
        _ => false,
    };

    // By whom is on no record: the store was restored, and what is there is from after the backup.
    private static bool WasSeen(Draft draft) => draft.State.Restored switch
    {
        Restored.Unseen => draft.Spec.Shed is not null,
        Restored.Differs differs => differs.Seen.Shedding is not null,
        Restored.Accepted accepted => accepted.Seen.Shedding is not null && !HasSetSince(draft, accepted.Epoch),
        // A way back that was to lift it anyway did not note that it was seen.
        _ => draft.Spec.Shed is not null && draft.Moment.Epoch > 1 && !HasSetSince(draft, draft.Moment.Epoch),
    };

    private static bool HasSetSince(Draft draft, int epoch) => draft.Moment.Outbox.Any(entry =>
        entry is { Status: EffectStatus.Applied, Effect.Action: EffectAction.SetTraffic }
        && entry.Effect.Fence.Epoch >= epoch);

    private static RolloutState With(RolloutState state, Shed shed) => state with
    {
        Stage = state.Stage is Stage.Stuck stuck
            ? stuck with { Shed = shed }
            : (Stage.GoingBack)state.Stage with { Shed = shed },
    };

    // Only by a newer look: what a router has refused at once would else be decided again at once.
    private static bool IsDue(Draft draft, Shed before, HealthFact health)
    {
        if (health.At <= before.SeenAt) return false;
        var entry = draft.Moment.Outbox.FirstOrDefault(one => one.Effect.Ordinal == before.Ordinal);
        if (entry is { IsPending: true }) return false;
        return before.Ready != health.Baseline || before.Which != health.Which
            || entry is { Status: EffectStatus.NotApplied or EffectStatus.Unknown };
    }

    private static TrafficSplit SplitOf(Stage stage)
    {
        var plan = stage is Stage.Stuck stuck ? stuck.Plan : ((Stage.GoingBack)stage).Plan;
        return plan.Steps.OfType<UndoStep.RestoreTraffic>().First().Split;
    }
}
