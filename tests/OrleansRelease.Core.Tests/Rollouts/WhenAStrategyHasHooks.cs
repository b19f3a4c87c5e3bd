using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Tests.Rollouts;

/// <summary>
/// Migrate first, with an undo; tell others at five percent, for good; warm up at the end, with an undo.
/// </summary>
public sealed class WhenAStrategyHasHooks
{
    private static readonly Uri Url = new("http://hooks/");

    private static readonly EffectLimits Limits = new(TimeSpan.FromSeconds(20), 2, TimeSpan.FromSeconds(1));

    [Fact]
    public void A_step_waits_until_its_hook_is_done()
    {
        var rollout = Rollout().Permitted().Healthy();
        var run = Assert.IsType<EffectAction.RunHook>(rollout.Pending!.Effect.Action);
        Assert.Equal(("migrate", true, Direction.Forward), (run.Hook, run.HasUndo, rollout.Pending.Effect.Direction));

        rollout.Applied().Healthy();

        Assert.IsType<EffectAction.Deploy>(rollout.Pending!.Effect.Action);
    }

    [Fact]
    public void A_hook_that_is_refused_takes_the_rollout_back()
    {
        var rollout = WithEvidence(AtFivePercent()).Healthy().Outcome(new Outcome.Refused("not today"));

        Assert.Equal("hook tell failed: not today", Assert.IsType<Stage.GoingBack>(rollout.State.Stage).Cause.Text);
        Assert.Equal(["1.0 checked", "traffic to 1.0", "retire 2.0", "undo hook migrate"], Plan(rollout));
    }

    [Fact]
    public void Each_is_undone_in_its_place_of_the_order()
    {
        var rollout = WithEvidence(AtFivePercent()).Healthy().Applied();
        WithEvidence(rollout.Promoted()).Healthy().Applied();
        WithEvidence(rollout).Healthy();
        Assert.Equal("hook warm", Wording.Of(rollout.Pending!.Effect.Action));

        rollout.Aborted();

        Assert.Equal(
            ["undo hook warm", "1.0 checked", "traffic to 1.0", "retire 2.0", "undo hook migrate"], Plan(rollout));
        // Its run may still arrive.
        Assert.False(rollout.Pending!.Running);
        rollout.After(rollout.Pending.DueAt - rollout.Now).Applied().Applied().Applied().Applied();
        var last = Assert.IsType<EffectAction.UndoHook>(rollout.Pending!.Effect.Action);
        Assert.Equal("migrate", last.Hook);
        Assert.Equal(Phase.RolledBack, rollout.Applied().State.Phase);
    }

    [Fact]
    public void What_a_hook_without_an_undo_did_stays_and_the_plan_says_so_before_the_start()
    {
        var plan = RolloutPlan.Of(Rollout().Spec, "sha256:two", Rollout().State.Baseline);

        Assert.Equal<string>(["tell"], plan.NeverUndone!.Value);
        Assert.Equal(
            ["hook migrate", "deploy", "5 %", "hook tell", "pause 10m", "100 %", "hook warm", "verify 2m"],
            plan.Forward.Select(step => step.Text));
        Assert.Equal(
            ["undo hook warm", "1.0 checked", "traffic to 1.0", "retire 2.0", "undo hook migrate"],
            plan.Back.Select(step => step.Text));
        Assert.Null(RolloutPlan.Of(RolloutScenario.Plain, "sha256:one", null).NeverUndone);
    }

    [Fact]
    public void What_comes_back_before_the_requests_is_a_part_of_the_bound()
    {
        // Two attempts, the pause between them, and the run that may still be under way.
        var undone = TimeSpan.FromSeconds(20 + 1 + 20 + 22);

        var part = Bound.Of(Rollout().Spec, hasBaseline: true)!.Back[0];

        Assert.Equal(("hooks undone before it", undone), (part.What, part.AtMost));
    }

    [Fact]
    public void Of_an_endpoint_that_stores_fences_nothing_is_waited_out()
    {
        var rollout = Rollout(storesFences: true).Permitted().Healthy();

        Assert.Equal((1, true), (rollout.Aborted().Pending!.Attempt, rollout.Pending!.Running));
        Assert.Equal("undo hook migrate", Wording.Of(rollout.Pending.Effect.Action));
    }

    [Fact]
    public void The_first_call_waits_out_what_who_had_the_slot_before_may_have_under_way()
    {
        var rollout = Fresh(storesFences: false).Permitted().Healthy();
        Assert.Null(rollout.Pending);

        rollout.After(Limits.Timeout + EffectLimits.Grace).Healthy();

        Assert.IsType<EffectAction.RunHook>(rollout.Pending!.Effect.Action);
    }

    private static RolloutScenario WithEvidence(RolloutScenario rollout)
    {
        for (var window = 0; window < 3; window++)
            rollout.After(TimeSpan.FromMinutes(1)).Measured(new Reading.Counts(0, 100));
        return rollout;
    }

    private static string[] Plan(RolloutScenario rollout) =>
        [.. ((Stage.GoingBack)rollout.State.Stage).Plan.Steps.Select(Wording.Of)];

    private static RolloutScenario AtFivePercent() =>
        Rollout().Permitted().Healthy().Applied().Healthy().Applied().Healthy().Applied();

    /// <summary>Long after who had the slot before.</summary>
    private static RolloutScenario Rollout(bool storesFences = false) =>
        Fresh(storesFences).After(TimeSpan.FromMinutes(1));

    private static RolloutScenario Fresh(bool storesFences)
    {
        return new(spec => spec with
        {
            Steps =
            [
                Hook("migrate", new HookUndo(Url, Limits)), new Step.Deploy(), new Step.SetWeight(Weight.Percent(5)),
                Hook("tell", null), new Step.Pause(TimeSpan.FromMinutes(10)), new Step.SetWeight(Weight.All),
                Hook("warm", new HookUndo(Url, Limits)), new Step.Verify(TimeSpan.FromMinutes(2)),
            ],
        });

        Step.Hook Hook(string name, HookUndo? undo) =>
            new(new(name, Url, new SecretRef("KEY", null), Limits, storesFences, undo));
    }
}
