using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Slots;

namespace OrleansRelease.Core.Tests.Slots;

public sealed class WhenWhatHasCompletedIsTakenBack
{
    [Fact]
    public void The_slot_knows_what_was_stable_before_and_who_has_brought_each()
    {
        var slot = new SlotScenario().Given("1.0.0").Later("1m").Completed("autumn", "2.0").Later("1m")
            .Completed("winter", "3.0");

        Assert.Equal(
            "3.0 brought by winter.production.1, 2.0 brought by autumn.production.1, "
            + "1.0.0 brought by checkout.production.1",
            string.Join(", ", slot.State.AllLayers.Select(one => $"{one.Version} {one.BroughtText()}")));
    }

    [Fact]
    public void What_was_stable_before_is_stable_again_as_it_was()
    {
        var slot = new SlotScenario().Given("1.0.0").Later("1m").Completed("autumn", "2.0").Registered("shop", 3);
        var (from, to) = (slot.State.AllLayers[0], slot.State.AllLayers[1]);

        slot.Later("5m").Claim("back", version: "1.0.0", reverses: new(from, to));

        var grant = Assert.IsType<EffectAction.GrantSlot>(Assert.Single(slot.Told)).Grant;
        Assert.Equal((to.Version, to.SpecHash, null), (grant.Baseline, grant.BaselineSpecHash, grant.Replaced));
        // The version before was to be taken down some time: it is wanted again.
        Assert.Empty(slot.State.Retirements);

        slot.Later("5m").Return("back", completed: true);

        Assert.Equal(to with { BackBy = SlotScenario.Passage("back") }, slot.State.Stable);
        Assert.Equal((SlotEnd.Reversed, null), (slot.State.Recent[^1].End, slot.State.Holder));
        Assert.Empty(slot.State.Retirements);
        Assert.Empty(slot.Told);
        Assert.Single(slot.Rings);
        Assert.Equal(
            VersionName.From("1.0.0"),
            new News(SlotScenario.Slot, 1, VersionName.From("2.0")).After(2, slot.Transition).Stable);
    }

    [Fact]
    public void Two_are_taken_back_one_after_the_other()
    {
        var slot = new SlotScenario().Given("1.0.0").Later("1m").Completed("autumn", "2.0").Later("1m")
            .Completed("winter", "3.0");

        Back("winter-back");
        Assert.Equal("2.0", $"{slot.State.Stable?.Version}");
        Assert.Equal(SlotScenario.Passage("autumn"), slot.State.Stable?.Passage);
        Back("autumn-back");

        Assert.Equal("1.0.0", $"{Assert.Single(slot.State.AllLayers).Version}");

        void Back(string release) => slot
            .Claim(release, reverses: new(slot.State.AllLayers[0], slot.State.AllLayers[1]))
            .Return(release, completed: true);
    }

    /// <summary>
    /// By the record the newer one is stable; by the router the older one may have all requests: it was led back to, or
    /// rolled out again.
    /// </summary>
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void What_was_kept_is_not_taken_down_where_a_way_back_was_left_half_way(bool isReversal, bool isLeft)
    {
        var slot = new SlotScenario().Given("1.0.0").Later("1m").Completed("autumn", "2.0");
        var back = new Reversal(slot.State.AllLayers[0], slot.State.AllLayers[1]);
        slot.Later("5m").Claim("back", version: "1.0.0", reverses: isReversal ? back : null);

        slot.Later("2h").Return("back", completed: false, isLeft: isLeft).Later("1s");

        Assert.Equal("2.0", $"{slot.State.Stable?.Version}");
        Assert.Equal(
            (isLeft, !isLeft),
            (Assert.Single(slot.State.Retirements).AfterNext, slot.State.Retirements[0].Running));
        if (!isLeft) return;
        slot.Later("1m").Completed("winter", "3.0");
        Assert.All(slot.State.Retirements, old => Assert.False(old.AfterNext));
    }

    [Fact]
    public void Where_nothing_was_before_nothing_is_stable_again()
    {
        var slot = new SlotScenario().Completed("autumn", "2.0");

        slot.Claim("back", reverses: new(slot.State.Stable!, null)).Return("back", completed: true);

        Assert.Null(slot.State.Stable);
        Assert.Empty(slot.State.AllLayers);
        Assert.Null(new News(SlotScenario.Slot, 1, VersionName.From("2.0")).After(2, slot.Transition).Stable);
    }

    [Fact]
    public void What_somebody_else_has_moved_meanwhile_is_not_what_was_to_be_taken_back()
    {
        var slot = new SlotScenario().Given("1.0.0").Later("1m").Completed("autumn", "2.0");
        var reversal = new Reversal(slot.State.AllLayers[0], slot.State.AllLayers[1]);

        slot.Later("1m").Completed("winter", "3.0").Claim("back", reverses: reversal);

        var grant = Assert.IsType<EffectAction.GrantSlot>(Assert.Single(slot.Told)).Grant;
        Assert.Equal("3.0 is stable there now, brought by winter.production.1", grant.Replaced);

        slot.Return("back");
        Assert.Equal("3.0", $"{slot.State.Stable?.Version}");
    }

    [Fact]
    public void Given_back_untouched_the_version_before_goes_at_its_time_as_it_would_have()
    {
        var slot = new SlotScenario().Given("1.0.0").Later("1m").Completed("autumn", "2.0");
        var kept = Assert.Single(slot.State.Retirements);

        slot.Claim("back", reverses: new(slot.State.AllLayers[0], slot.State.AllLayers[1])).Return("back");

        Assert.Equal(kept.At, Assert.Single(slot.State.Retirements).At);
        Assert.Equal("2.0", $"{slot.State.Stable?.Version}");
    }

    [Fact]
    public void Old_versions_that_wait_to_be_taken_down_do_not_keep_a_way_back_waiting()
    {
        var slot = new SlotScenario().Given("1.0.0");
        for (var i = 2; slot.State.Retirements.Length < SlotLimits.MaxRetirements; i++)
            slot.Later("1s").Completed($"r{i}", $"{i}.0");

        slot.Claim("back", reverses: new(slot.State.AllLayers[0], slot.State.AllLayers[1]));

        Assert.IsType<EffectAction.GrantSlot>(Assert.Single(slot.Told));
    }

    [Fact]
    public void No_more_is_remembered_than_can_be_kept()
    {
        var slot = new SlotScenario().Given("1.0.0");
        for (var i = 2; i < 30; i++) slot.Later("2h").ReportAll(new Outcome.Applied()).Completed($"r{i}", $"{i}.0");

        Assert.Equal(SlotLimits.RememberedStables + 1, slot.State.AllLayers.Length);
        Assert.Equal("29.0", $"{slot.State.AllLayers[0].Version}");
    }
}
