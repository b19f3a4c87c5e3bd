using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Slots;

namespace OrleansRelease.Core.Tests.Slots;

/// <summary>The record is a backup's and the world has gone on.</summary>
public sealed class WhenTheStoreIsRestored
{
    [Fact]
    public void Nothing_is_taken_down_before_it_was_seen_that_the_record_holds()
    {
        var slot = new SlotScenario().Given("1.0.0").Given("2.0.0").Later("2h");
        var before = Assert.Single(slot.Row.Outbox, entry => entry.IsPending).Effect;

        slot.Restored();
        Assert.DoesNotContain(slot.Row.Outbox, entry => entry.IsPending);
        Assert.Equal(slot.Now, slot.Row.NextWake);
        Assert.Empty(slot.Later("2h").Told);

        slot.Seen("2.0.0");
        var again = Assert.Single(slot.Attempts).Effect;
        Assert.Equal((before.Action, 2), (again.Action, again.Fence.Epoch));
    }

    [Fact]
    public void A_version_that_serves_is_not_taken_down_because_the_record_is_old()
    {
        var slot = new SlotScenario().Given("1.0.0").Given("2.0.0").Restored();

        slot.Seen("1.0.0").Later("9h");
        Assert.IsType<Restored.Differs>(slot.State.Restored);
        Assert.Empty(slot.Told);

        slot.Accepted().Later("9h");
        Assert.Equal("1.0.0", $"{slot.State.Stable?.Version}");
        Assert.DoesNotContain(slot.State.Retirements, retirement => $"{retirement.Version}" == "1.0.0");
    }

    /// <summary>A way back has shed load that the backup does not know of.</summary>
    [Fact]
    public void Requests_that_are_refused_and_not_on_record_are_a_difference()
    {
        var slot = new SlotScenario().Given("1.0.0").Restored();

        slot.Take(new SlotInput.Observed(slot.Sight("1.0.0", new Fence(1, 9, 9)) with
        {
            Shedding = new(80, TimeSpan.FromSeconds(5), "X-Request-Class", ["low"]),
        }));

        var differs = Assert.IsType<Restored.Differs>(slot.State.Restored);
        Assert.Equal(
            "class low is refused over 80 requests at once; on record nothing is", Assert.Single(differs.Differences));
    }

    [Fact]
    public void Nobody_gets_the_lease_before_and_whoever_waits_is_told_why()
    {
        var slot = new SlotScenario().Given("1.0.0").Restored().Seen("9.9.9").Start("2.0.0");
        Assert.Null(slot.State.Holder);
        Assert.IsType<Restored.Unseen>(slot.State.Restored);

        slot.Seen("9.9.9");
        var explained = ExplainQueued.Of(SlotScenario.Id(2), slot.Row, slot.Now)!;
        Assert.Contains("requests go to 9.9.9 100 %", Assert.Single(explained.Because));
        Assert.Equal("abort", Assert.Single(explained.Moves).What);

        slot.Accepted();
        Assert.Equal("9.9.9", $"{slot.State.Stable?.Version}");
        Assert.IsType<EffectAction.BeginRollout>(Assert.Single(slot.Told));
    }

    [Fact]
    public void A_slot_that_the_record_does_not_know_is_looked_at_too()
    {
        var slot = new SlotScenario { Epoch = 2 }.Start("1.0.0");
        Assert.Null(slot.State.Holder);

        slot.Seen("0.9.0");
        Assert.IsType<Restored.Differs>(slot.State.Restored);
        Assert.NotNull(slot.Accepted().State.Holder);
    }

    [Fact]
    public void A_rollout_is_told_that_its_version_runs_because_it_is_kept_and_it_is_kept_on_after_it()
    {
        var slot = new SlotScenario().Given("1.0.0").Given("2.0.0");
        var until = Assert.Single(slot.State.Retirements).At;
        Assert.True(Assert.IsType<EffectAction.BeginRollout>(Assert.Single(slot.Start("1.0.0").Told)).IsKept);

        slot.End(3, succeeded: false);
        Assert.Equal(("1.0.0", until), slot.State.Retirements.Select(old => ($"{old.Version}", old.At)).Single());
        Assert.False(Assert.IsType<EffectAction.BeginRollout>(Assert.Single(slot.Start("3.0.0").Told)).IsKept);
    }

    [Fact]
    public void While_a_rollout_holds_it_that_one_looks()
    {
        var slot = new SlotScenario().Given("1.0.0").Start("2.0.0").Restored();
        Assert.Null(slot.State.LookAt);

        slot.End(2, succeeded: true);
        Assert.Equal(slot.Now, slot.Row.NextWake);
        Assert.Null(slot.Seen("2.0.0").State.Restored);
    }

    [Fact]
    public void There_is_nothing_to_accept_where_nothing_differs()
    {
        var slot = new SlotScenario().Given("1.0.0").Restored();
        Assert.Equal(RefusalCodes.NotFailed, slot.Accepted().Refusal?.Code);
        Assert.Equal(RefusalCodes.NotFailed, slot.Seen("1.0.0").Accepted().Refusal?.Code);
    }
}
