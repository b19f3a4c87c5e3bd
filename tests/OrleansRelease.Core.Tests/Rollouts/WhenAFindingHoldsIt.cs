using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Rollouts;

/// <summary>A service got worse, this one may be why, and nothing is clear, or another one is blamed.</summary>
public sealed class WhenAFindingHoldsIt
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static readonly Reading Good = new Reading.Counts(0, 100);

    private static readonly Reading Bad = new Reading.Counts(50, 100);

    private readonly RolloutScenario _rollout = new RolloutScenario().AtFivePercent();

    [Fact]
    public void It_holds_and_says_why_until_when_and_by_what_arithmetic()
    {
        _rollout.Told(Found.Undecided);

        var held = Assert.Single(Assert.IsType<Stage.Held>(_rollout.State.Stage).Hold.Findings!.Value);
        Assert.Equal((Found.Cart, _rollout.Now, _rollout.Now + 5 * Minute), (held.Degraded, held.Since, held.EndsAt));
        var explained = Explain.Of(_rollout.Spec, _rollout.Row, _rollout.Now);
        Assert.Equal(
            "cart got worse at 08:59:00Z, and this may be why: odds 3.0 to 1, and 20 to 1 are needed; "
            + "most would be learned if stock.production.9 went back", explained.Because[0]);
        Assert.Contains("360 of 400 (90.0%) bad where it reached", explained.Because[1], StringComparison.Ordinal);
        Assert.Contains(explained.Moves, move => move.By == MovedBy.Itself && move.At == held.EndsAt);
    }

    [Fact]
    public void The_blame_of_another_one_holds_it_too()
    {
        var held = Assert.IsType<Stage.Held>(_rollout.Told(Found.BlameOfAnother).State.Stage).Hold.Findings!.Value;

        Assert.Equal("stock.production.9 is blamed, and others hold until it is back", Assert.Single(held).Words);
    }

    [Fact]
    public void It_does_not_advance_is_measured_and_goes_on_when_it_is_cleared()
    {
        for (var minute = 0; minute < 15; minute++) _rollout.After(Minute).Measured(Good).Told(Found.Undecided);
        Assert.Equal((Phase.Paused, 2), (_rollout.State.Phase, StepOf(_rollout)));
        Assert.Equal(_rollout.Now, _rollout.State.Tallies["signals/errors"].Last!.Window.End);

        _rollout.Told(it => Found.Cleared(it) with { At = it.Now.AddSeconds(1) });
        Assert.Equal((Phase.Progressing, 3), (_rollout.State.Phase, StepOf(_rollout)));
        Assert.Contains("\"finding-lifted\"", _rollout.Transition, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_own_failed_metric_takes_it_back_all_the_same()
    {
        _rollout.Told(Found.Undecided).After(Minute).Measured(Bad).After(Minute).Measured(Bad);

        Assert.IsType<Cause.MetricFailed>(Assert.IsType<Stage.GoingBack>(_rollout.State.Stage).Cause);
    }

    [Fact]
    public void It_ends_by_itself_on_record_when_no_newer_one_comes()
    {
        var endsAt = _rollout.Told(Found.Undecided).Now + 5 * Minute;
        Assert.True(_rollout.Row.NextWake <= endsAt);
        Assert.Equal(Phase.Paused, _rollout.After(TimeSpan.FromSeconds(299)).State.Phase);

        Assert.Equal(Phase.Progressing, _rollout.After(TimeSpan.FromSeconds(1)).State.Phase);
        Assert.Contains("\"finding-lifted\"", _rollout.Transition, StringComparison.Ordinal);
    }

    [Fact]
    public void A_newer_one_holds_it_for_longer_and_an_older_or_the_same_does_not()
    {
        var (first, began) = (Found.Undecided(_rollout), _rollout.Told(Found.Undecided).Now);
        _rollout.After(2 * Minute).Told(Found.Undecided);
        var before = _rollout.Row;
        _rollout.Told(_ => first).Told(Found.Undecided);

        Assert.Same(before, _rollout.Row);
        var held = Assert.Single(((Stage.Held)_rollout.State.Stage).Hold.Findings!.Value);
        Assert.Equal((began, _rollout.Now + 5 * Minute), (held.Since, held.EndsAt));
    }

    [Fact]
    public void One_that_comes_too_late_holds_nobody_and_a_clock_that_is_ahead_holds_no_longer()
    {
        var late = Found.Undecided(_rollout);
        var before = _rollout.After(5 * Minute).Row;
        Assert.Same(before, _rollout.Told(_ => late).Row);

        _rollout.Told(it => Found.Undecided(it) with { At = it.Now + 30 * Minute });
        Assert.Equal(Phase.Progressing, _rollout.After(5 * Minute).State.Phase);
    }

    [Fact]
    public void A_person_lets_it_go_on_and_the_same_anomaly_does_not_hold_it_again()
    {
        _rollout.Told(Found.Undecided).Resumed();
        Assert.Equal(Phase.Progressing, _rollout.State.Phase);
        Assert.Contains("\"resumed-by-person\"", _rollout.Transition, StringComparison.Ordinal);

        _rollout.After(Minute).Told(Found.Undecided).After(Minute).Told(Found.BlameOfAnother);
        Assert.Equal(Phase.Progressing, _rollout.State.Phase);

        Assert.Equal(Phase.Paused, _rollout.Told(it => Found.Undecided(it) with { Onset = it.Now }).State.Phase);
        Assert.Equal(Phase.Progressing, _rollout.Resumed().State.Phase);
    }

    [Fact]
    public void Nobody_skips_a_step_while_it_holds()
    {
        _rollout.Told(Found.Undecided);

        var refusal = _rollout.Ask((actor, reason) => new RolloutInput.Promote(actor, reason));
        Assert.Equal(RefusalCodes.Paused, refusal?.Code);
        Assert.Contains("cart got worse", refusal!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_two_services_that_got_worse_each_is_cleared_for_itself()
    {
        var stock = SlotKey.From("stock.production");
        _rollout.Told(Found.Undecided).Told(it => Found.Undecided(it) with { Slot = stock });
        _rollout.After(Minute).Told(Found.Cleared);
        var left = Assert.Single(Assert.IsType<Stage.Held>(_rollout.State.Stage).Hold.Findings!.Value);
        Assert.Equal(stock, left.Degraded);

        Assert.Equal(
            Phase.Progressing, _rollout.Told(it => Found.Cleared(it) with { Slot = stock }).State.Phase);
    }

    [Fact]
    public void A_person_and_missing_evidence_hold_it_beside_a_finding_and_each_lets_go_for_itself()
    {
        var paused = _rollout.Told(Found.Undecided).Paused().After(Minute).Told(Found.Cleared);
        Assert.Equal((Phase.Paused, null), (paused.State.Phase, ((Stage.Held)paused.State.Stage).Hold.Findings));
        Assert.Equal(Phase.Progressing, paused.Resumed().State.Phase);

        var silent = new RolloutScenario().AtFivePercent();
        for (var minute = 0; minute < 4; minute++)
            silent.After(Minute).Measured(new Reading.NoData("empty")).Told(Found.Undecided);
        Assert.Equal(
            RefusalCodes.NoEvidence, silent.Ask((actor, reason) => new RolloutInput.Resume(actor, reason))?.Code);
        silent.After(Minute).Measured(Good);
        Assert.NotNull(Assert.IsType<Stage.Held>(silent.State.Stage).Hold.Findings);
        Assert.Null(((Stage.Held)silent.State.Stage).Hold.Evidence);
    }

    [Fact]
    public void Missing_evidence_takes_it_back_however_long_a_finding_holds_it()
    {
        var cause = (Cause?)null;
        for (var minute = 0; minute < 25 && cause is null; minute++)
        {
            _rollout.After(Minute).Measured(new Reading.NoData("empty")).Told(Found.Undecided);
            cause = (_rollout.State.Stage as Stage.GoingBack)?.Cause;
        }

        Assert.IsType<Cause.WithoutEvidence>(cause);
    }

    [Fact]
    public void A_step_that_was_being_done_has_not_failed_because_nobody_was_to_do_it()
    {
        var rollout = new RolloutScenario().Permitted().Healthy();
        Assert.IsType<EffectAction.Deploy>(rollout.Pending!.Effect.Action);
        var giveUpAt = ((Work.Acting)rollout.State.Work!).GiveUpAt;
        rollout.Told(Found.Undecided).Outcome(new Outcome.NotApplied("no room"));
        for (var minute = 0; minute < 60; minute++) rollout.After(Minute).Told(Found.Undecided);
        Assert.Equal(Phase.Paused, rollout.State.Phase);

        rollout.After(Minute).Told(Found.Cleared);
        Assert.Equal(Phase.Progressing, rollout.State.Phase);
        Assert.Equal(giveUpAt + 61 * Minute, ((Work.Gated)rollout.State.Work!).GiveUpAt);
    }

    [Fact]
    public void Held_by_a_finding_and_then_by_a_person_that_time_stands_still_all_the_while_and_once()
    {
        var rollout = new RolloutScenario().Permitted().Healthy();
        var giveUpAt = ((Work.Acting)rollout.State.Work!).GiveUpAt;
        rollout.Told(Found.Undecided).Outcome(new Outcome.NotApplied("no room"))
            .After(2 * Minute).Paused().After(4 * Minute).After(3 * Minute).Resumed();

        Assert.Equal(giveUpAt + 9 * Minute, ((Work.Gated)rollout.State.Work!).GiveUpAt);
    }

    [Fact]
    public void A_way_back_is_never_held_and_neither_is_what_waits_for_a_permit()
    {
        var back = new RolloutScenario().AtFivePercent().Aborted();
        var pending = new RolloutScenario();

        Assert.IsType<StepResult<RolloutState>.Unchanged>(
            back.WhatIf(new RolloutInput.Attributed(Found.Undecided(back))));
        Assert.IsType<StepResult<RolloutState>.Unchanged>(
            pending.WhatIf(new RolloutInput.Attributed(Found.Undecided(pending))));
    }

    [Fact]
    public void What_was_cleared_and_never_held_it_is_no_write()
    {
        Assert.IsType<StepResult<RolloutState>.Unchanged>(
            _rollout.WhatIf(new RolloutInput.Attributed(Found.Cleared(_rollout))));
    }

    [Fact]
    public void Of_many_services_eight_hold_it_from_when_each_did()
    {
        Told(0);
        var began = _rollout.Now;
        for (var number = 1; number < 20; number++) Told(number);

        var held = ((Stage.Held)_rollout.State.Stage).Hold;
        Assert.Equal((8, began), (held.Findings!.Value.Length, held.StandsSince));
        Assert.Equal(Phase.Progressing, _rollout.Resumed().State.Phase);
    }

    /// <summary>What was resumed does not hold it again, however many; what nobody has seen does.</summary>
    [Fact]
    public void A_person_lets_it_go_on_whatever_else_is_worse()
    {
        for (var number = 0; number < 8; number++) Told(number);
        _rollout.Resumed();
        for (var number = 8; number < 20; number++) Told(number);
        Assert.Equal(Phase.Paused, _rollout.State.Phase);
        _rollout.Resumed();

        for (var number = 0; number < 16; number++) Told(number);
        Assert.Equal(Phase.Progressing, _rollout.State.Phase);
    }

    private void Told(int number) => _rollout.After(TimeSpan.FromSeconds(1)).Told(
        it => Found.Undecided(it) with { Slot = SlotKey.From($"cart-{number}.production") });

    [Fact]
    public void A_finding_told_to_a_rollout_has_itself_and_the_most_probable_of_the_others()
    {
        var all = Found.Undecided(_rollout);
        var many = all with
        {
            Ranked =
            [
                .. Enumerable.Range(1, 20).Select(number =>
                    all.Ranked[1] with { Rollout = RolloutId.From($"stock.production.{number}") }),
                all.Ranked[0],
            ],
        };

        Assert.Equal(
            ["stock.production.1", "stock.production.2", "stock.production.3", "stock.production.4",
                $"{RolloutScenario.Id}"],
            many.To(RolloutScenario.Id).Ranked.Select(ranked => $"{ranked.Rollout}"));
    }

    private static int StepOf(RolloutScenario it) => it.State.Stage switch
    {
        Stage.Moving moving => moving.Step,
        Stage.Held held => held.Step,
        _ => -1,
    };
}
