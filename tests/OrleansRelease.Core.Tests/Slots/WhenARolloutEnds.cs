using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Slots;

public sealed class WhenARolloutEnds
{
    [Fact]
    public void Success_makes_its_version_stable()
    {
        var slot = new SlotScenario().Start("1.0.0").End(1, succeeded: true);
        Assert.Equal(VersionName.From("1.0.0"), slot.State.Stable?.Version);
        Assert.Null(slot.State.Holder);
        Assert.Empty(slot.State.Retirements);
    }

    [Fact]
    public void One_that_was_taken_back_changes_nothing_of_what_is_stable()
    {
        var slot = new SlotScenario().Given("1.0.0").Start("2.0.0").End(2, succeeded: false);
        Assert.Equal(VersionName.From("1.0.0"), slot.State.Stable?.Version);
        Assert.Empty(slot.State.Retirements);
    }

    [Fact]
    public void Only_the_holders_end_counts_and_only_once()
    {
        var slot = new SlotScenario().Start("1.0.0").Start("2.0.0").End(2, succeeded: true);
        Assert.Equal(SlotScenario.Id(1), slot.State.Holder?.Rollout.Id);
        Assert.Null(slot.State.Stable);
        var sequence = slot.End(1, succeeded: true).Row.Sequence;
        Assert.Equal(sequence, slot.End(1, succeeded: true).Row.Sequence);
        Assert.Equal(SlotScenario.Id(2), slot.State.Holder?.Rollout.Id);
    }

    [Fact]
    public void Nobody_is_told_to_begin_what_has_ended()
    {
        // Its begin was taken in, but that it was taken in got lost.
        var slot = new SlotScenario().Start("1.0.0").End(1, succeeded: false);
        Assert.DoesNotContain(slot.Row.Outbox, entry => entry.IsPending);
        Assert.Empty(slot.Later("1m").Told);
    }

    [Fact]
    public void The_version_before_keeps_running_and_is_then_taken_down_under_a_generation_of_its_own()
    {
        var slot = new SlotScenario().Given("1.0.0").Start("2.0.0").End(2, succeeded: true);
        Assert.Empty(slot.Later("59m").Told);
        Assert.Equal(slot.Now + TimeSpan.FromMinutes(1), slot.Row.NextWake);

        slot.Later("1m");
        var dispatch = Assert.Single(slot.Attempts);
        Assert.Equal(
            new EffectAction.Retire(SlotScenario.Slot, VersionName.From("1.0.0"), "sha256:1.0.0"),
            dispatch.Effect.Action);
        Assert.Equal(3, dispatch.Effect.Fence.Generation);
        Assert.Empty(slot.ReportAll(new Outcome.Applied()).State.Retirements);
        Assert.Null(slot.Row.NextWake);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_version_that_was_to_be_taken_down_still_is_when_its_new_rollout_comes_to_nothing(bool begins)
    {
        // It may have ended before it had deployed anything: what runs of it is from before.
        var slot = new SlotScenario().Given("1.0.0").Given("2.0.0").Start("1.0.0");
        slot = begins
            ? slot.ReportAll(new Outcome.Applied()).End(3, succeeded: false)
            : slot.ReportAll(new Outcome.Refused("no"));

        Assert.Equal(slot.Now + TimeSpan.FromHours(1), Assert.Single(slot.State.Retirements).At);
        Assert.Equal(
            VersionName.From("1.0.0"),
            Assert.IsType<EffectAction.Retire>(Assert.Single(slot.Later("1h").Told)).Version);
    }

    [Fact]
    public void While_a_lease_is_held_nothing_is_taken_down()
    {
        var slot = new SlotScenario().Given("1.0.0").Given("2.0.0").Start("3.0.0");
        Assert.Empty(slot.ReportAll(new Outcome.Applied()).Later("2h").Told);
        slot.End(3, succeeded: false);
        Assert.IsType<EffectAction.Retire>(Assert.Single(slot.Told));
    }

    [Fact]
    public void A_version_that_is_started_again_is_not_taken_down()
    {
        var slot = new SlotScenario().Given("1.0.0").Given("2.0.0").Start("1.0.0").ReportAll(new Outcome.Applied());
        Assert.Empty(slot.State.Retirements);
        slot.End(3, succeeded: true).Later("2h");
        Assert.Equal(
            VersionName.From("2.0.0"), Assert.IsType<EffectAction.Retire>(Assert.Single(slot.Told)).Version);
    }

    [Fact]
    public void A_start_beats_a_taking_down_that_is_under_way()
    {
        var slot = new SlotScenario().Given("1.0.0").Given("2.0.0").Later("2h");
        var retire = Assert.Single(slot.Attempts).Effect;
        slot.Start("3.0.0");
        Assert.Equal(retire.Fence.Generation + 1, slot.State.Holder?.Generation);
        Assert.DoesNotContain(slot.Row.Outbox, e => e.IsPending && e.Effect.Action is EffectAction.Retire);
        Assert.False(Assert.Single(slot.State.Retirements).Running);
        slot.End(3, succeeded: false);
        Assert.IsType<EffectAction.Retire>(Assert.Single(slot.Told));
    }

    [Fact]
    public void A_taking_down_that_fails_is_tried_again_later_and_given_up_in_the_end()
    {
        var slot = new SlotScenario().Given("1.0.0").Given("2.0.0").Later("2h");
        for (var round = 1; round < SlotLimits.RetireRounds; round++)
        {
            slot.ReportAll(new Outcome.Refused("not mine"));
            Assert.Equal(round, Assert.Single(slot.State.Retirements).Rounds);
            Assert.Empty(slot.Told);
            // Whoever refuses may know of somebody who was here; it is as it should be.
            slot.Seen("2.0.0").Later("5m");
        }

        Assert.Empty(slot.ReportAll(new Outcome.Refused("not mine")).State.Retirements);
    }

    [Fact]
    public void Nobody_asks_one_to_yield_that_could_not_begin()
    {
        var slot = new SlotScenario().Start("1.0.0").Start("2.0.0", WhenBusy.Supersede);
        var begin = slot.Row.Outbox.Single(entry => entry.Effect.Action is EffectAction.BeginRollout);
        slot.Take(new SlotInput.OutcomeReported(new(begin.Effect.Ordinal, begin.Attempt, new Outcome.Refused("no"))));
        Assert.Equal(SlotScenario.Id(2), slot.State.Holder?.Rollout.Id);
        Assert.DoesNotContain(
            slot.Row.Outbox, entry => entry is { IsPending: true, Effect.Action: EffectAction.AskToYield });
        Assert.DoesNotContain(slot.Later("1m").Told, told => told is EffectAction.AskToYield);
    }

    [Fact]
    public void One_that_could_not_begin_frees_the_lease()
    {
        var slot = new SlotScenario().Start("1.0.0").Start("2.0.0").ReportAll(new Outcome.Refused("never"));
        Assert.Contains(slot.State.Recent, e => e.Id == SlotScenario.Id(1) && e.End == SlotEnd.NeverBegan);
        Assert.Equal(SlotScenario.Id(2), slot.State.Holder?.Rollout.Id);
    }
}
