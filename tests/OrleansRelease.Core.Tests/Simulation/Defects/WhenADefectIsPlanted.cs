using OrleansRelease.Core.Tests.Simulation.Invariants;

namespace OrleansRelease.Core.Tests.Simulation.Defects;

/// <summary>Each defect is found within few seeds, and by the invariant that it breaks.</summary>
public class WhenADefectIsPlanted
{
    /// <summary>How many seeds a defect may survive.</summary>
    private const int Seeds = 2_000;

    [Fact]
    public void Weights_that_do_not_sum_to_a_hundred_are_found() => Find(() => new OneVersionTwiceInASplit(), 1);

    [Fact]
    public void Moving_without_a_permit_is_found() => Find(() => new PermitIgnored(), 3);

    [Fact]
    public void A_skipped_health_gate_is_found() => Find(() => new HealthGateSkipped(), 3);

    [Fact]
    public void Health_that_has_expired_and_is_used_is_found() => Find(() => new ExpiredHealthUsed(), 3);

    [Fact]
    public void A_skipped_gate_of_what_is_required_is_found() => Find(() => new RequirementGateSkipped(), 3);

    [Fact]
    public void An_ignored_evidence_gate_is_found() => Find(() => new EvidenceGateIgnored(), 3);

    [Fact]
    public void An_ignored_freeze_is_found() => Find(() => new FreezeGateIgnored(), 3);

    [Fact]
    public void A_look_at_freezes_that_is_kept_too_long_is_found() => Find(() => new LooksAreKeptTooLong(), 14);

    [Fact]
    public void No_data_that_counts_as_a_pass_is_found() => Find(() => new NoDataCountsAsPass(), 5);

    [Fact]
    public void A_pause_that_ends_early_is_found() => Find(() => new PauseEndsEarly(), 5);

    [Fact]
    public void Verifying_that_counts_uncovered_time_is_found() => Find(() => new VerifyCountsUncoveredTime(), 5);

    [Fact]
    public void Moving_on_while_held_is_found() => Find(() => new HeldMovesOn(), 12);

    [Fact]
    public void Moving_on_while_a_finding_holds_is_found() => Find(() => new HeldByAFindingMovesOn(), 16);

    [Fact]
    public void A_finding_that_holds_for_ever_is_found() => Find(() => new FindingsHoldForever(), 16);

    [Fact]
    public void A_blame_that_is_swallowed_is_found() => Find(() => new BlameIsSwallowed(), 16);

    [Fact]
    public void An_abort_that_loses_against_promote_is_found() => Find(() => new AbortLosesAgainstPromote(), 5);

    [Fact]
    public void An_abort_that_is_swallowed_is_found() => Find(() => new AbortIsSwallowed(), 12);

    [Fact]
    public void A_command_applied_twice_is_found() => Find(() => new CommandsAreForgotten(), 12);

    [Fact]
    public void A_command_that_is_acknowledged_and_lost_is_found() => Find(() => new CommandsAreAcknowledgedOnly(), 12);

    [Fact]
    public void Failures_that_are_not_heard_are_found() => Find(() => new FailuresAreNotHeard(), 13);

    [Fact]
    public void Detection_slower_than_the_bound_is_found() => Find(() => new WakesTooLate(), 13);

    [Fact]
    public void A_decision_by_chance_is_found() => Find(() => new DecidesByChance(), 11);

    [Fact]
    public void A_reversed_way_back_is_found() => Find(() => new UndoOrderReversed(), 6);

    [Fact]
    public void Undoing_what_never_happened_is_found() => Find(() => new UndoesWhatNeverHappened(), 6);

    [Fact]
    public void A_way_back_that_leaves_traffic_is_found() => Find(() => new UndoSkipsTraffic(), 6);

    [Fact]
    public void A_step_back_that_nobody_saw_is_found() => Find(() => new UndoIsBelievedUnseen(), 6);

    [Fact]
    public void Requests_that_are_refused_for_ever_are_found() => Find(() => new ShedsForEver(), 15);

    [Fact]
    public void A_doubled_effect_is_found() => Find(() => new EffectDoubled(), 7);

    [Fact]
    public void An_effect_that_is_done_twice_is_found() => Find(() => new DoneOnceMore(), 7);

    [Fact]
    public void A_reused_ordinal_is_found() => Find(() => new OrdinalReused(), 7);

    [Fact]
    public void An_older_fence_that_is_accepted_is_found() => Find(() => new OlderFenceAccepted(), 2);

    [Fact]
    public void A_fence_that_is_not_raised_for_the_way_back_is_found() => Find(() => new FenceNotRaisedForUndo(), 7);

    [Fact]
    public void The_outcome_of_an_old_attempt_taken_for_the_new_one_is_found() =>
        Find(() => new OldAttemptsOutcomeTaken(), 7);

    [Fact]
    public void A_forgotten_wake_is_found() => Find(() => new NextWakeForgotten(), 8);

    [Fact]
    public void An_end_that_the_slot_is_not_told_is_found() => Find(() => new EndIsNotTold(), 8);

    [Fact]
    public void A_permit_that_is_kept_is_found() => Find(() => new PermitIsKept(), 8);

    [Fact]
    public void A_state_that_is_not_the_fold_of_its_events_is_found() => Find(() => new StateIsNotTheFold(), 9);

    [Fact]
    public void A_way_forward_that_is_explained_and_refused_is_found() => Find(() => new RetryIsRefused(), 8);

    [Fact]
    public void A_refusal_that_is_explained_and_does_not_come_is_found() => Find(() => new PromoteNeverRefused(), 8);

    [Fact]
    public void A_broken_chain_is_found() => Find(() => new ChainIsBroken(), 10);

    [Fact]
    public void A_lost_write_that_was_acted_on_is_found() => Find(() => new WriteLostButActed(), 10);

    [Fact]
    public void A_write_from_an_old_row_that_is_accepted_is_found() => Find(() => new StaleWriteAccepted(), 10);

    [Fact]
    public void Acting_before_writing_is_found() => Find(() => new ActsBeforeItWrites(), 7);

    private static void Find(Func<Tamper> defect, int number)
    {
        var others = new SortedDictionary<string, int>();
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var violation = SeededWorlds.Violation(seed, new Coverage(), defect());
            if (violation is InvariantViolation found && found.Number == number) return;
            if (violation is not null) others[violation.Message] = others.GetValueOrDefault(violation.Message) + 1;
        }

        Assert.Fail($"{defect().GetType().Name} was not found by invariant {number} in {Seeds} seeds, only: "
            + string.Join("; ", others.Take(5)));
    }
}
