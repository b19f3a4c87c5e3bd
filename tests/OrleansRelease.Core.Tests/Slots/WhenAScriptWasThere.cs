using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Slots;

namespace OrleansRelease.Core.Tests.Slots;

/// <summary>
/// A person has taken a release back by a script while no server ran, and it is found by what the router says: the
/// script's fence, and who has requests.
/// </summary>
public sealed class WhenAScriptWasThere
{
    private static readonly PassageId Autumn = SlotScenario.Passage("autumn");

    /// <summary>Its rollout has nothing more to do, so nothing of it would ever be overtaken.</summary>
    [Fact]
    public void What_moved_the_slot_is_told_and_does_not_become_stable()
    {
        var slot = Moved().Seen("1.0.0", ByHand(2));
        var leave = Assert.IsType<EffectAction.LeaveRollout>(Assert.Single(slot.Told));
        Assert.Equal((SlotScenario.Id(2), Autumn), (leave.Rollout, leave.Passage));
        Assert.Equal("script of the way back", $"{leave.By}");
        Assert.Equal(slot.Row.Sequence, slot.Seen("1.0.0", ByHand(2)).Row.Sequence);

        // It had completed before it could be told.
        slot.Return("autumn", completed: true);
        Assert.Equal("1.0.0", $"{slot.State.Stable?.Version}");
        Assert.DoesNotContain(slot.Told, told => told is EffectAction.CompleteRollout);
        Assert.IsType<Restored.Unseen>(slot.State.Restored);

        slot.Seen("1.0.0", ByHand(2));
        Assert.Equal(("1.0.0", null), ($"{slot.State.Stable?.Version}", slot.State.Restored));
        Assert.Empty(slot.State.Retirements);
    }

    [Fact]
    public void Where_a_script_has_only_closed_the_slot_it_is_as_its_release_says_and_looked_at_after_it()
    {
        var completed = Moved().Seen("2.0.0", ByHand(2));
        Assert.Empty(completed.Told);
        completed.Return("autumn", completed: true);
        Assert.Equal("2.0.0", $"{completed.State.Stable?.Version}");
        Assert.IsType<Restored.Unseen>(completed.State.Restored);
        Assert.Null(completed.Seen("2.0.0", ByHand(2)).State.Restored);

        // Its way back was overtaken: what has requests was never stable here.
        var left = Moved().Seen("2.0.0", ByHand(2)).Return("autumn").Seen("2.0.0", ByHand(2));
        Assert.IsType<Restored.Differs>(left.State.Restored);
    }

    [Fact]
    public void A_script_that_was_there_before_the_lease_says_nothing_of_it()
    {
        var slot = Moved();
        Assert.Equal(slot.Row.Sequence, slot.Seen("1.0.0", ByHand(1)).Row.Sequence);
    }

    /// <summary>What is stable by the record is gone, and no fence would keep out what the lease sends.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_lease_that_has_done_nothing_yet_does_not_go_on_from_what_a_script_has_taken_down(bool isOfRelease)
    {
        var slot = Moved().Return("autumn", completed: true).ReportAll(new Outcome.Applied());
        if (isOfRelease) slot.Claim("winter", version: "3.0.0");
        else slot.Start("3.0.0");
        slot.ReportAll(new Outcome.Applied());
        Assert.Equal("3.0.0", $"{slot.State.Holder?.Rollout.Version}");

        slot.Seen("1.0.0", ByHand(2));

        var leave = Assert.IsType<EffectAction.LeaveRollout>(Assert.Single(slot.Told));
        Assert.Equal(slot.State.Holder!.Rollout.Id, leave.Rollout);
        Assert.Equal(slot.Row.Sequence, slot.Seen("1.0.0", ByHand(2)).Row.Sequence);
        if (isOfRelease) slot.Return("winter");
        else slot.End(slot.State.LastNumber, succeeded: false);
        Assert.IsType<Restored.Unseen>(slot.State.Restored);
        Assert.Equal("1.0.0", $"{slot.Seen("1.0.0", ByHand(2)).State.Stable?.Version}");
    }

    [Fact]
    public void A_way_back_to_nothing_is_found_under_the_lease()
    {
        var slot = new SlotScenario().Claim("autumn", version: "2.0.0").ReportAll(new Outcome.Applied())
            .SeenNobody("2.0.0", ByHand(1));
        Assert.IsType<EffectAction.LeaveRollout>(Assert.Single(slot.Told));
        slot.Return("autumn", completed: true);
        Assert.Null(slot.State.Stable);
    }

    [Fact]
    public void A_way_back_to_nothing_is_found_after_the_release_has_completed()
    {
        var slot = new SlotScenario().Claim("autumn", version: "2.0.0").ReportAll(new Outcome.Applied())
            .Return("autumn", completed: true).ReportAll(new Outcome.Applied()).SeenNobody("2.0.0", ByHand(1));

        Assert.Equal((null, null), (slot.State.Stable, slot.State.Restored));
        // What the script may not have come to.
        Assert.Equal("2.0.0", $"{Assert.Single(slot.State.Retirements).Version}");
        Assert.Null(new News(SlotScenario.Slot, 1, VersionName.From("2.0.0")).After(9, slot.Transition).Stable);
        Assert.Equal(slot.Row.Sequence, slot.SeenNobody("2.0.0", ByHand(1)).Row.Sequence);

        var begin = slot.Start("2.0.0").Told.OfType<EffectAction.BeginRollout>();
        Assert.Null(Assert.Single(begin).Baseline);
    }

    /// <summary>What ran before was taken down long ago, and the script has started it again.</summary>
    [Fact]
    public void What_was_stable_before_is_so_again_also_where_it_was_not_kept()
    {
        var slot = Overtaken().Seen("1.0.0", ByHand(2));

        var stable = slot.State.Stable!;
        Assert.Equal(
            ("1.0.0", "sha256:1.0.0", "script of the way back"),
            ($"{stable.Version}", stable.SpecHash, $"{stable.AdoptedBy}"));
        Assert.Null(slot.State.Restored);
        Assert.Equal(slot.Row.Sequence, slot.Seen("1.0.0", ByHand(2)).Row.Sequence);
        // What the script may not have come to.
        Assert.Equal("2.0.0", $"{Assert.Single(slot.State.Retirements).Version}");

        var begin = Assert.Single(slot.Start("3.0.0").Told.OfType<EffectAction.BeginRollout>());
        Assert.Equal("1.0.0", $"{begin.Baseline}");
    }

    [Fact]
    public void Of_a_version_that_was_stable_twice_the_later_time_says_by_what_it_was_deployed()
    {
        var slot = Overtaken()
            .Claim("winter", version: "1.0.0", specHash: "sha256:later").Return("winter", completed: true)
            .ReportAll(new Outcome.Applied()).Later("2h").ReportAll(new Outcome.Applied())
            .Completed("spring", "3.0.0").Later("2h").ReportAll(new Outcome.Applied());
        Assert.Empty(slot.State.Retirements);

        slot.Seen("1.0.0", ByHand(9));

        Assert.Equal(("1.0.0", "sha256:later"), ($"{slot.State.Stable?.Version}", slot.State.Stable?.SpecHash));
    }

    [Fact]
    public void What_is_stable_by_the_record_was_not_taken_back_because_it_was_stable_before_too()
    {
        var slot = Overtaken().Completed("winter", "1.0.0").Later("2h").ReportAll(new Outcome.Applied());
        var stable = slot.State.Stable;

        slot.Restored().Seen("1.0.0", ByHand(9));

        Assert.Equal((stable, null), (slot.State.Stable, slot.State.Restored));
    }

    [Fact]
    public void What_was_never_stable_waits_for_a_person_and_so_does_what_nobody_has_moved_by_hand()
    {
        Assert.IsType<Restored.Differs>(Overtaken().Seen("0.9.0", ByHand(2)).State.Restored);
        Assert.IsType<Restored.Differs>(Overtaken().Restored().Seen("1.0.0").State.Restored);
    }

    /// <summary>Its release has completed, and what was before it is not kept any more.</summary>
    private static SlotScenario Overtaken()
    {
        var slot = new SlotScenario().Given("1.0.0").Later("1m").Completed("autumn", "2.0.0").Later("2h")
            .ReportAll(new Outcome.Applied());
        Assert.Empty(slot.State.Retirements);
        return slot;
    }

    private static SlotScenario Moved() => new SlotScenario().Given("1.0.0").Claim("autumn", version: "2.0.0")
        .ReportAll(new Outcome.Applied());

    private static Fence ByHand(int generation) => new(1, generation, FenceQuestions.FirstByHand);
}
