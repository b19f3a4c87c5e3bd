using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Rollouts;

/// <summary>A way back to a version of which four instances are wanted, each for forty requests at once.</summary>
internal static class ShortOfCapacity
{
    public static readonly ShedRule Rule = new(40, TimeSpan.FromSeconds(5), "X-Request-Class", ["low"]);

    public static RolloutScenario Rollout(
        ShedRule? rule = null, Fencing fencing = Fencing.Stored, bool isPart = false) => new(
            spec => spec with { Shed = rule ?? Rule, Traffic = spec.Traffic with { Fencing = fencing } },
            isPart: isPart);

    public static RolloutScenario GoingBack(Fencing fencing = Fencing.Stored) =>
        Rollout(fencing: fencing).AtFivePercent().Aborted();

    public static RolloutScenario GoingBack(ShedRule? rule) =>
        new RolloutScenario(spec => spec with { Shed = rule }).AtFivePercent().Aborted();

    /// <summary>A look at the old version; it is a newer one than any before.</summary>
    public static RolloutScenario Seen(RolloutScenario rollout, int ready, string? which = null)
    {
        rollout.Unseen(TimeSpan.FromMilliseconds(1));
        return rollout.Take(new RolloutInput.Answered([], new HealthFact(rollout.Now, null, new(ready, 4), which)));
    }

    /// <summary>The next look.</summary>
    public static RolloutScenario Again(RolloutScenario rollout, int ready, string? which = null) =>
        Seen(rollout.Unseen(Questions.GatesInterval), ready, which);

    public static RolloutScenario Settled(RolloutScenario rollout) =>
        rollout.Take(Outcome(Assert.Single(Traffic(rollout)), new Outcome.Applied()));

    public static RolloutScenario Shed(int ready, bool isPart = false)
    {
        if (!isPart) return Settled(Seen(GoingBack(), ready));
        var rollout = Rollout(isPart: true).AtFivePercent();
        return Settled(Seen(rollout.Take(RolloutScenario.Halt).Take(RolloutScenario.TakeBack), ready));
    }

    public static RolloutScenario Stuck()
    {
        var rollout = Shed(2);
        rollout.Unseen(TimeSpan.FromSeconds(1));
        rollout.Take(Outcome(Awaited(rollout), new Outcome.Refused("no more room")));
        Assert.Equal(Phase.Failed, rollout.State.Phase);
        return rollout;
    }

    public static int CapacityOf(OutboxEntry shed) => ((EffectAction.SetTraffic)shed.Effect.Action).Shedding!.Capacity;

    public static bool Asks(RolloutScenario rollout) =>
        Questions.Due(rollout.Spec, rollout.State, rollout.Now).Instances;

    public static Stage.GoingBack Back(RolloutScenario rollout) =>
        Assert.IsType<Stage.GoingBack>(rollout.State.Stage);

    public static OutboxEntry Awaited(RolloutScenario rollout) =>
        rollout.Row.Outbox.Single(entry => entry.Effect.Ordinal == Back(rollout).Ordinal);

    public static List<OutboxEntry> Traffic(RolloutScenario rollout) =>
        [.. rollout.Row.Outbox.Where(entry => entry is { IsPending: true, Effect.Action: EffectAction.SetTraffic })];

    /// <summary>Lets all requests through when it has ended.</summary>
    public static OutboxEntry Lift(RolloutScenario rollout) => rollout.Row.Outbox.Single(IsLift);

    public static bool IsLift(OutboxEntry entry) => entry.Effect.Action is EffectAction.LiftShedding;

    /// <summary>The target did not answer.</summary>
    public static RolloutScenario Unanswered(RolloutScenario rollout) =>
        rollout.Take(new RolloutInput.Answered([], new HealthFact(rollout.Now, null, null)));

    public static string Because(RolloutScenario rollout) =>
        string.Join('\n', Explain.Of(rollout.Spec, rollout.Row, rollout.Now).Because);

    public static RolloutInput.OutcomeReported Outcome(OutboxEntry entry, Outcome outcome) =>
        new(new(entry.Effect.Ordinal, entry.Attempt, outcome));
}
