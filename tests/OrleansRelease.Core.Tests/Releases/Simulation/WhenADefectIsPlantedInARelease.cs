using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Tests.Simulation;
using OrleansRelease.Core.Tests.Simulation.Defects;
using OrleansRelease.Core.Tests.Simulation.Invariants;

namespace OrleansRelease.Core.Tests.Releases.Simulation;

/// <summary>
/// Each defect is found within few worlds, by the invariant that it breaks and by no other: where that is not judged,
/// the same world has nothing to say.
/// </summary>
public class WhenADefectIsPlantedInARelease
{
    /// <summary>How many worlds a defect may survive.</summary>
    private const int Seeds = 300;

    [Fact]
    public void Weights_that_do_not_sum_to_a_hundred_are_found() => Find(() => new OneVersionTwiceInASplit(), 1);

    [Fact]
    public void An_older_fence_that_is_accepted_is_found() => Find(() => new OlderFenceAccepted(), 2);

    [Fact]
    public void Moving_without_a_permit_is_found() => Find(() => new PermitIgnored(), 3);

    [Fact]
    public void A_skipped_health_gate_is_found() => Find(() => new HealthGateSkipped(), 3);

    [Fact]
    public void Health_that_has_expired_and_is_used_is_found() => Find(() => new ExpiredHealthUsed(), 3);

    [Fact]
    public void An_ignored_freeze_is_found() => Find(() => new FreezeGateIgnored(), 3);

    [Fact]
    public void A_service_that_does_not_wait_for_what_it_needs_is_found() => Find(
        () => new ShopDefect
        {
            Told = spec => spec with
            {
                Services = [.. spec.Services.Select(service => service with { Needs = [] })],
            },
        },
        4);

    [Fact]
    public void Verifying_that_counts_uncovered_time_is_found() => Find(() => new VerifyCountsUncoveredTime(), 5);

    [Fact]
    public void A_way_back_that_leaves_traffic_is_found() => Find(() => new UndoSkipsTraffic(), 6);

    /// <summary>What is halted is taken for what is back, so that what it stands on goes back under it.</summary>
    [Fact]
    public void A_way_back_that_waits_for_nobody_is_found() => Find(
        () => new ShopDefect
        {
            Heard = input => input is PassageInput.Heard heard
                ? new PassageInput.Heard([.. heard.News.Select(news => news.Stage is PartStage.Halted
                    ? news with { Stage = new PartStage.Back("it is there still") } : news)])
                : input,
        },
        6);

    [Fact]
    public void A_forgotten_wake_is_found() => Find(() => new NextWakeForgotten(), 8);

    [Fact]
    public void An_end_that_the_slot_is_not_told_is_found() => Find(() => new EndIsNotTold(), 8);

    [Fact]
    public void A_lease_that_nobody_gets_back_is_found() => Find(
        () => new ShopDefect { Arrives = (action, _) => action is EffectAction.ReturnSlot ? null : action }, 8);

    [Fact]
    public void A_release_that_hears_nothing_of_its_rollouts_is_found() => Find(
        () => new ShopDefect { Heard = input => input is PassageInput.Heard ? new PassageInput.Tick() : input }, 8);

    [Fact]
    public void A_state_that_is_not_the_fold_of_its_events_is_found() => Find(() => new StateIsNotTheFold(), 9);

    [Fact]
    public void A_broken_chain_is_found() => Find(() => new ChainIsBroken(), 10);

    [Fact]
    public void A_decision_by_chance_is_found() => Find(() => new DecidesByChance(), 11);

    [Fact]
    public void An_effect_that_is_done_twice_is_found() => Find(() => new DoneOnceMore(), 7);

    [Fact]
    public void A_command_applied_twice_is_found() => Find(() => new CommandsAreForgotten(), 12);

    [Fact]
    public void An_abort_of_a_release_that_is_swallowed_is_found() => Find(
        () => new ShopDefect { Heard = input => input is PassageInput.Abort ? new PassageInput.Tick() : input }, 12);

    [Fact]
    public void Failures_that_are_not_heard_are_found() => Find(() => new FailuresAreNotHeard(), 13);

    [Fact]
    public void A_release_that_does_not_go_back_when_a_service_fails_is_found() => Find(
        () => new ShopDefect
        {
            Told = spec => spec with
            {
                OnFailure = spec.OnFailure is OnFailure.RollbackRelease ? OnFailure.RollbackService : spec.OnFailure,
            },
        },
        13);

    private static void Find(Func<Tamper> defect, int number) =>
        Find(() => new ShopDefect { Rollouts = defect() }, number);

    private static void Find(Func<ShopDefect> defect, int number)
    {
        var others = new SortedDictionary<string, int>();
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var violation = Violation(seed, defect());
            if (violation is null) continue;
            if (violation is InvariantViolation found && found.Number == number
                && Violation(seed, defect() with { Unjudged = number }) is null)
            {
                return;
            }

            others[violation.Message] = others.GetValueOrDefault(violation.Message) + 1;
        }

        Assert.Fail($"it was not found by invariant {number} alone in {Seeds} worlds, only: "
            + string.Join("; ", others.Take(5)));
    }

    private static Exception? Violation(int seed, ShopDefect defect) =>
        Record.Exception(new Shop(seed, defect, whole: true).Run);
}
