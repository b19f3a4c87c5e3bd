using System.Collections.Immutable;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Slots;

namespace OrleansRelease.Core.Tests.Slots;

/// <summary>Something runs that no rollout of this slot has brought.</summary>
public sealed class WhenSomebodyTakesOver
{
    [Fact]
    public void What_runs_is_stable_from_then_on_and_nothing_is_done()
    {
        var slot = new SlotScenario().Adopt("3.1.4");

        Assert.Equal((VersionName.From("3.1.4"), ActorName.From("anna")), (
            slot.State.Stable!.Version, slot.State.Stable.AdoptedBy));
        Assert.Empty(slot.Attempts);
        Assert.Null(slot.Row.NextWake);
    }

    [Fact]
    public void The_first_lease_comes_after_whatever_has_moved_it_before()
    {
        var slot = new SlotScenario().Adopt("3.1.4").Start("3.2.0");
        var begin = Assert.IsType<EffectAction.BeginRollout>(Assert.Single(slot.Told));
        Assert.Equal((10, VersionName.From("3.1.4")), (begin.Generation, begin.Baseline));
    }

    [Fact]
    public void Said_twice_it_is_one_decision()
    {
        var slot = new SlotScenario().Adopt("3.1.4", command: "once");
        slot.Later("1m").Adopt("3.1.4", slot.Sight("3.1.4", null), command: "once");
        Assert.Equal((null, 1), (slot.Refusal, slot.Row.Sequence));
    }

    [Fact]
    public void It_has_to_be_as_it_was_said()
    {
        var slot = new SlotScenario();
        var sight = slot.Sight("3.1.4", null);
        Assert.Equal(RefusalCodes.NotAsSeen, slot.Adopt("3.2.0", sight).Refusal?.Code);
        var gone = sight with { Running = ImmutableSortedDictionary<string, Core.Rollouts.InstanceCount>.Empty };
        Assert.Equal(RefusalCodes.NotAsSeen, slot.Adopt("3.1.4", gone).Refusal?.Code);
        var later = sight with { Fence = new Fence(2, 1, 1) };
        Assert.Equal(RefusalCodes.Restored, slot.Adopt("3.1.4", later).Refusal?.Code);
        Assert.Null(slot.Row.State);

        Assert.Equal(RefusalCodes.SlotBusy, slot.Start("3.2.0").Adopt("3.1.4").Refusal?.Code);
        Assert.Equal(
            RefusalCodes.AlreadyStable, new SlotScenario().Given("3.1.4").Adopt("3.1.4").Refusal?.Code);
    }

    [Fact]
    public void The_first_lease_comes_after_what_the_target_knows_too()
    {
        var slot = new SlotScenario();
        var sight = slot.Sight("3.1.4", new Fence(1, 9, 9)) with { TargetFence = new Fence(1, 12, 1) };
        Assert.Equal(
            RefusalCodes.Restored,
            slot.Adopt("3.1.4", sight with { TargetFence = new Fence(2, 1, 1) }).Refusal?.Code);

        var begin = slot.Adopt("3.1.4", sight).Start("3.2.0").Told.OfType<EffectAction.BeginRollout>();
        Assert.Equal(13, Assert.Single(begin).Generation);
    }

    [Fact]
    public void What_was_seen_before_it_was_moved_is_not_put_on_record()
    {
        var slot = new SlotScenario();
        var early = slot.Sight("3.1.4", null);
        slot.Later("1m").Given("3.2.0").Adopt("3.1.4", early);
        Assert.Equal((RefusalCodes.NotAsSeen, "3.2.0"), (slot.Refusal?.Code, $"{slot.State.Stable?.Version}"));

        // Also where the lease has left everything as it was.
        early = slot.Sight("3.1.4", null);
        slot.Later("1m").Start("4.0.0").End(2, succeeded: false).Adopt("3.1.4", early);
        Assert.Equal(RefusalCodes.NotAsSeen, slot.Refusal?.Code);
        Assert.Null(slot.Adopt("3.1.4").Refusal);
    }

    [Fact]
    public void What_was_seen_before_it_was_taken_back_is_not_put_on_record()
    {
        var slot = new SlotScenario().Given("3.1.4").Later("1m").Completed("autumn", "3.2.0");
        var early = slot.Sight("3.2.0", null);
        slot.Later("1m").Claim("back", reverses: new(slot.State.AllLayers[0], slot.State.AllLayers[1]))
            .Return("back", completed: true).Adopt("3.2.0", early);

        Assert.Equal((RefusalCodes.NotAsSeen, "3.1.4"), (slot.Refusal?.Code, $"{slot.State.Stable?.Version}"));
    }

    [Fact]
    public void Also_after_a_restore_where_something_else_is_there_than_on_record()
    {
        var slot = new SlotScenario().Given("3.1.4").Restored().Seen("9.9.9").Adopt("9.9.9");
        Assert.Equal(("9.9.9", null), ($"{slot.State.Stable?.Version}", slot.State.Restored));
    }

    /// <summary>The release had completed, and a person took it back while nothing of the system ran.</summary>
    [Fact]
    public void What_a_script_has_brought_back_is_found_and_not_taken_down()
    {
        var slot = new SlotScenario().Given("1.0.0").Given("2.0.0").Later("2h");
        Assert.IsType<EffectAction.Retire>(Assert.Single(slot.Told));
        slot.ReportAll(new Outcome.Refused("100 % of the requests go to 1.0.0"));
        Assert.IsType<Restored.Unseen>(slot.State.Restored);

        slot.Seen("1.0.0", new Fence(1, 2, FenceQuestions.FirstByHand + 1)).Later("10m");

        Assert.Equal(("1.0.0", null), ($"{slot.State.Stable?.Version}", slot.State.Restored));
        Assert.Equal("script of the way back", $"{slot.State.Stable?.AdoptedBy}");
        Assert.DoesNotContain(slot.State.Retirements, old => $"{old.Version}" == "1.0.0");
        Assert.Empty(slot.Told);
    }

    [Fact]
    public void Whoever_finds_that_a_script_was_there_need_not_be_asked()
    {
        var byHand = new Fence(1, 2, FenceQuestions.FirstByHand + 1);
        var known = new SlotScenario().Given("1.0.0").Given("2.0.0").Seen("1.0.0", byHand);
        Assert.Equal("1.0.0", $"{known.State.Stable?.Version}");
        Assert.Equal(known.Row.Sequence, known.Seen("1.0.0", byHand).Row.Sequence);

        // Nothing says by what it was deployed: nobody gets the lease before a person does.
        var unknown = new SlotScenario().Given("2.0.0").Seen("1.0.0", byHand).Start("3.0.0");
        Assert.IsType<Restored.Unseen>(unknown.State.Restored);
        Assert.Null(unknown.State.Holder);
        Assert.Equal("1.0.0", $"{unknown.Adopt("1.0.0").State.Stable?.Version}");
    }

    [Fact]
    public void What_moved_without_a_script_waits_for_a_person()
    {
        var slot = new SlotScenario().Given("1.0.0").Given("2.0.0").Later("2h")
            .ReportAll(new Outcome.Refused("100 % of the requests go to 1.0.0")).Seen("1.0.0");
        Assert.IsType<Restored.Differs>(slot.State.Restored);
        Assert.Equal("2.0.0", $"{slot.State.Stable?.Version}");
    }
}
