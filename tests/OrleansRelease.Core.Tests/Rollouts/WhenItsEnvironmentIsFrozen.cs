using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Freezes;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Rollouts;

public sealed class WhenItsEnvironmentIsFrozen
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void It_waits_at_its_gate_for_as_long_as_that_takes_and_then_goes_on()
    {
        var rollout = new RolloutScenario().Permitted().Frozen(TimeSpan.FromDays(3));
        for (var hours = 0; hours < 71; hours++)
            rollout.After(TimeSpan.FromHours(1)).Seen(rollout.State.Freeze!.Freeze);
        Assert.IsType<Work.Gated>(rollout.State.Work);

        rollout.After(TimeSpan.FromHours(2)).Healthy();
        Assert.IsType<EffectAction.Deploy>(rollout.Pending!.Effect.Action);
    }

    [Fact]
    public void It_explains_who_froze_it_until_when_and_why_and_what_may_be_done()
    {
        var rollout = new RolloutScenario().Permitted().Frozen(TimeSpan.FromHours(5));
        var explained = Explain.Of(rollout.Spec, rollout.Row, rollout.Now);
        Assert.Equal(
            "deploy waits: production is frozen by anna until 14:00:00Z: incident 4711",
            Assert.Single(explained.Because));
        Assert.Equal(rollout.Now.AddHours(5), explained.Moves.First(move => move.By == MovedBy.Itself).At);
        Assert.Contains(explained.Moves, move => move.Command == "orel thaw -e production --reason WHY");
        Assert.Contains(explained.Refused, refused => refused is { What: "promote", Code: "nothing-to-skip" });
    }

    [Fact]
    public void An_effect_that_was_not_begun_is_decided_anew_after_it_and_nothing_is_in_doubt()
    {
        var rollout = new RolloutScenario().Permitted().Healthy().Outcome(new Outcome.NotBegun("frozen"));
        Assert.Equal(EffectStatus.NotBegun, rollout.Row.Outbox[^1].Status);
        Assert.Empty(WayBack.From(rollout.State.Baseline, rollout.State.Version, rollout.Row.Outbox).Steps);

        // What it knew of a freeze was wrong: it asks before it decides again.
        Assert.Null(rollout.Pending);
        rollout.After(Second).Frozen(TimeSpan.FromHours(2)).After(TimeSpan.FromHours(3)).Healthy();
        Assert.Equal(1, rollout.Pending!.Attempt);
    }

    [Fact]
    public void Its_only_attempt_is_not_spent_on_it()
    {
        var rollout = new RolloutScenario(spec => spec with
        {
            Target = spec.Target with { DeployLimits = spec.Target.DeployLimits with { Attempts = 1 } },
        });
        for (var times = 0; times < 3; times++)
            rollout.Permitted().After(Second).Healthy().Outcome(new Outcome.NotBegun("frozen"));
        Assert.Equal(Phase.Progressing, rollout.State.Phase);
    }

    [Fact]
    public void A_first_share_that_was_not_begun_is_not_judged()
    {
        var rollout = new RolloutScenario().Permitted().Healthy().Applied().Healthy();
        Assert.True(rollout.State.IsJudged);
        rollout.Outcome(new Outcome.NotBegun("frozen")).After(Second).Frozen(TimeSpan.FromHours(2));
        Assert.False(rollout.State.IsJudged);

        // Nobody asks for numbers of a version without requests, and the time to give up does not run.
        rollout.After(TimeSpan.FromMinutes(100));
        Assert.Equal(Phase.Progressing, rollout.State.Phase);
        Assert.True(Questions.Due(rollout.Spec, rollout.State, rollout.Now).Metrics.IsEmpty);
    }

    [Fact]
    public void An_earlier_attempt_that_may_have_happened_still_may()
    {
        var rollout = new RolloutScenario().Permitted().Healthy().Applied().Healthy()
            .Outcome(new Outcome.Unknown("lost")).After(Second).Outcome(new Outcome.NotBegun("frozen"));
        Assert.True(rollout.State.IsJudged);
        rollout.Aborted();
        Assert.IsType<UndoStep.EnsureBaseline>(Assert.IsType<Stage.GoingBack>(rollout.State.Stage).Plan.Steps[0]);
    }

    [Fact]
    public void A_bad_number_takes_it_back_meanwhile()
    {
        var rollout = new RolloutScenario().AtFivePercent().Promoted().Frozen(TimeSpan.FromHours(2));
        for (var minutes = 0; minutes < 4; minutes++)
            rollout.After(TimeSpan.FromMinutes(1)).Measured(new Reading.Counts(50, 100));
        Assert.Equal(Phase.RollingBack, rollout.State.Phase);
        rollout.Applied().Applied().Applied();
        Assert.Equal(Phase.RolledBack, rollout.State.Phase);
    }

    [Fact]
    public void It_asks_again_soon_and_then_more_and_more_seldom()
    {
        var rollout = new RolloutScenario();
        // Nothing but the freeze is waited for.
        rollout.Take(new RolloutInput.OutcomeReported(
            new(rollout.Row.Outbox[0].Effect.Ordinal, 1, new Outcome.Applied())));
        rollout.Permitted().Frozen(TimeSpan.FromHours(4));
        var (freeze, first) = (rollout.State.Freeze!.Freeze, rollout.Row.Sequence);
        Assert.Equal(rollout.Now.AddSeconds(5), rollout.Row.NextWake);

        // The same answer before it is time to ask is not written.
        Assert.Equal(first, rollout.Unseen(3 * Second).Seen(freeze).Row.Sequence);
        while (rollout.Now < freeze!.Until)
        {
            var before = rollout.Now;
            rollout.Unseen(rollout.Row.NextWake!.Value - rollout.Now).Seen(rollout.Now < freeze.Until ? freeze : null);
            Assert.InRange(rollout.Now - before, TimeSpan.Zero, TimeSpan.FromMinutes(5));
        }

        Assert.Null(rollout.State.Freeze.Freeze);
        Assert.InRange(rollout.Row.Sequence - first, 10, 60);
    }

    [Fact]
    public void That_it_is_frozen_still_is_no_news_before_it_was_time_to_ask()
    {
        var rollout = new RolloutScenario().Permitted().Frozen(TimeSpan.FromHours(4));
        var known = rollout.State.Freeze!;
        var window = new Measurement("signals/errors", new(0, known.At, rollout.Now), new Reading.Counts(1, 100));
        RolloutInput.Answered? After(int seconds, Freeze? freeze, params ImmutableArray<Measurement> windows) =>
            Questions.NewsOf(rollout.State, new(windows, null, new(known.At.AddSeconds(seconds), freeze)));

        Assert.Null(After(4, known.Freeze));
        var measured = After(4, known.Freeze, window);
        Assert.Equal(window, Assert.Single(measured!.Measurements));
        Assert.Null(measured.Freeze);
        Assert.NotNull(After(4, null)?.Freeze);
        Assert.NotNull(After(4, known.Freeze! with { Reason = "another" })?.Freeze);
        Assert.NotNull(After(5, known.Freeze)?.Freeze);
    }

    [Fact]
    public void A_thaw_that_is_told_is_asked_about_at_once()
    {
        var rollout = new RolloutScenario().Permitted().Frozen(TimeSpan.FromHours(4)).After(3 * Second);
        Assert.True(Questions.Due(rollout.Spec, rollout.State, rollout.Now).Gates);
        Assert.NotNull(rollout.Healthy().Pending);
    }

    [Fact]
    public void An_answer_from_before_the_thaw_does_not_freeze_it_again()
    {
        var rollout = new RolloutScenario().Permitted();
        var late = new RolloutInput.Answered([], null, new(rollout.Now, rollout.FreezeFor(TimeSpan.FromHours(4))));
        rollout.After(Second).Healthy().Take(late);
        Assert.Null(rollout.State.Freeze!.Freeze);
    }

    [Fact]
    public void What_was_not_begun_however_often_does_not_make_it_forget_what_was()
    {
        var rollout = new RolloutScenario(spec => spec with { Background = [] }).AtFivePercent().Promoted();
        for (var times = 0; times < 3 * RowLimits.KeptEffectsOfASort; times++)
            rollout.After(Second).Healthy().Outcome(new Outcome.NotBegun("frozen"));
        rollout.Aborted();
        var plan = Assert.IsType<Stage.GoingBack>(rollout.State.Stage).Plan;
        Assert.Contains(plan.Steps, step => step is UndoStep.RestoreTraffic);
        Assert.InRange(rollout.Row.Outbox.Length, 0, 3 * RowLimits.KeptEffectsOfASort);
    }
}
