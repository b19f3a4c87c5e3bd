using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Slots;

public sealed class WhenReleasesClaimASlot
{
    [Fact]
    public void The_lease_names_the_rollout_and_says_where_its_way_back_leads_in_one_write()
    {
        var slot = new SlotScenario().Given("1.0.0").Claim("autumn");

        var told = Assert.IsType<EffectAction.GrantSlot>(Assert.Single(slot.Told));
        Assert.Equal((SlotScenario.Passage("autumn"), 1), (told.Passage, told.Claim));
        Assert.Equal(
            new(SlotScenario.Id(2), 2, VersionName.From("1.0.0"), "sha256:1.0.0"), told.Grant);
        Assert.Equal((SlotScenario.Id(2), 2), (slot.State.Holder!.Rollout.Id, slot.State.Generation));
        Assert.Equal((2, SlotScenario.Passage("autumn")), (slot.State.LastNumber, slot.State.Holder.Passage));
    }

    [Fact]
    public void The_lease_stays_when_the_rollout_has_ended_and_nothing_is_stable_before_the_release_says_so()
    {
        var slot = new SlotScenario().Given("1.0.0").Claim("autumn").Start("3.0.0");

        slot.End(2, succeeded: true);

        Assert.Equal(SlotScenario.Id(2), slot.State.Holder?.Rollout.Id);
        Assert.Equal("1.0.0", $"{slot.State.Stable?.Version}");
    }

    [Fact]
    public void When_it_has_completed_its_version_is_stable_and_the_old_one_is_kept_from_then_on()
    {
        var slot = new SlotScenario().Given("1.0.0").Claim("autumn").Registered("shop", 3).Later("2h");

        slot.Return("autumn", completed: true, keepPrevious: "30m");

        Assert.Equal("9.0", $"{slot.State.Stable?.Version}");
        var old = Assert.Single(slot.State.Retirements);
        Assert.Equal(("1.0.0", slot.Now.AddMinutes(30)), ($"{old.Version}", old.At));
        Assert.Equal(
            new EffectAction.CompleteRollout(SlotScenario.Id(2), SlotScenario.Passage("autumn")),
            Assert.Single(slot.Told));
        Assert.Equal((null, SlotEnd.Succeeded), (slot.State.Holder, slot.State.Recent[^1].End));
        Assert.Single(slot.Rings);
    }

    [Fact]
    public void When_it_was_taken_back_what_was_stable_is_still()
    {
        var slot = new SlotScenario().Given("1.0.0").Claim("autumn").Return("autumn");

        Assert.Equal("1.0.0", $"{slot.State.Stable?.Version}");
        Assert.Equal((null, SlotEnd.TakenBack), (slot.State.Holder, slot.State.Recent[^1].End));
        Assert.Empty(slot.State.Retirements);
        Assert.Empty(slot.Told);
    }

    [Fact]
    public void What_comes_late_twice_or_out_of_order_changes_nothing()
    {
        var slot = new SlotScenario().Given("1.0.0").Return("autumn", 2).Claim("autumn", 1);
        Assert.Null(slot.State.Holder);

        var after = slot.Claim("autumn", 3).Row;
        Assert.NotNull(slot.State.Holder);
        Assert.Same(after, slot.Claim("autumn", 3).Row);
        Assert.Same(after, slot.Claim("autumn", 1).Row);
        Assert.Same(after, slot.Return("autumn", 2, completed: true).Row);

        after = slot.Return("autumn", 4, completed: true).Row;
        Assert.Same(after, slot.Return("autumn", 4).Row);
        Assert.Same(after, slot.Claim("autumn", 3).Row);
    }

    [Fact]
    public void What_was_given_back_before_a_later_claim_costs_that_one_nothing_when_it_comes_late()
    {
        var slot = new SlotScenario().Claim("autumn", number: 3).Claim("summer", minutes: -5);

        slot.Return("autumn", number: 2);

        Assert.Equal(SlotScenario.Passage("autumn"), slot.State.Holder?.Passage);
        Assert.Equal(
            ["GrantSlot", "WoundHolder"],
            slot.Row.Outbox.Where(entry => entry.IsPending).Select(entry => entry.Effect.Action.GetType().Name));
    }

    [Fact]
    public void What_was_stable_before_stays_as_it_was_deployed()
    {
        var slot = new SlotScenario().Given("9.0").Registered("shop", 3).Claim("autumn", specHash: "sha256:other");
        var before = slot.State.Stable;

        slot.Return("autumn", completed: true);

        Assert.Equal(before, slot.State.Stable);
        Assert.Empty(slot.State.Retirements);
        Assert.Empty(slot.Rings);
        Assert.IsType<EffectAction.CompleteRollout>(Assert.Single(slot.Told));
    }

    [Fact]
    public void A_newer_claim_says_that_the_lease_was_given_back()
    {
        var slot = new SlotScenario().Claim("autumn").Claim("summer", minutes: -5);
        Assert.Equal(
            new EffectAction.WoundHolder(
                SlotScenario.Slot, SlotScenario.Passage("autumn"), 1, SlotScenario.Passage("summer")),
            Assert.Single(slot.Told));

        slot.Claim("autumn", number: 5);

        Assert.Equal(SlotScenario.Passage("summer"), slot.State.Holder?.Passage);
        Assert.Equal("autumn.production.1", $"{Assert.Single(slot.State.Claims.Waiting).Passage}");
    }

    [Fact]
    public void Rollouts_of_no_release_and_releases_wait_in_one_order()
    {
        var slot = new SlotScenario().Start("1.0.0").Claim("summer", minutes: 1).Later("2m").Start("2.0.0")
            .Claim("winter", minutes: 3).Claim("urgent", minutes: 9, priority: 1);
        Assert.Equal(4, slot.Start("4.0.0").Answer?.QueuePlace);

        Assert.Equal("urgent.production.1", Next(slot.End(1, succeeded: true)));
        Assert.Equal("summer.production.1", Next(slot.Return("urgent")));
        Assert.Equal("checkout.production.2", Next(slot.Return("summer")));
        Assert.Equal("checkout.production.3", Next(slot.End(2, succeeded: true)));
        Assert.Equal("winter.production.1", Next(slot.End(3, succeeded: true)));
    }

    [Fact]
    public void What_lacks_what_it_requires_lets_a_release_go_before_that_may_bring_it()
    {
        var slot = new SlotScenario().Start("3.0.0", requires: "cart 1.9.0").Claim("autumn", minutes: 5);
        // It may be there: nobody goes before until that was read.
        Assert.Null(slot.State.Holder);

        slot.Heard("cart", 4, "1.8.0");
        Assert.Equal(SlotScenario.Passage("autumn"), slot.State.Holder?.Passage);
        Assert.Empty(slot.State.AllWaits);

        slot.Claim("winter", minutes: 6).Return("autumn").Heard("cart", 9, "1.9.0");
        Assert.Equal(SlotScenario.Id(1), slot.State.Holder?.Rollout.Id);
    }

    [Fact]
    public void Who_asked_not_to_wait_is_refused_by_whoever_is_there()
    {
        var slot = new SlotScenario().Start("1.0.0").Claim("autumn", minutes: 1, whenBusy: WhenBusy.Reject);
        Assert.Equal(
            new EffectAction.RefuseClaim(SlotScenario.Slot, SlotScenario.Passage("autumn"), 1, SlotScenario.Id(1)),
            Assert.Single(slot.Told));
        Assert.Empty(slot.State.Claims.Waiting);

        slot.End(1, succeeded: true).Claim("winter").Start("2.0.0", WhenBusy.Reject);
        Assert.Equal(RefusalCodes.SlotBusy, slot.Refusal?.Code);
        Assert.Contains("winter.production.1", slot.Refusal!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_supersedes_takes_the_place_of_releases_and_rollouts_alike()
    {
        var slot = new SlotScenario().Start("1.0.0").ReportAll(new Outcome.Applied()).Start("2.0.0")
            .Claim("autumn", minutes: 1).Claim("winter", minutes: 2, whenBusy: WhenBusy.Supersede);
        Assert.Equal(
            [
                new EffectAction.AskToYield(SlotScenario.Id(1), SlotScenario.Passage("winter")),
                new EffectAction.SupersedePassage(SlotScenario.Passage("autumn"), SlotScenario.Passage("winter")),
            ],
            slot.Told);
        Assert.Equal((SlotEnd.Superseded, "winter.production.1"), End(slot));

        slot.Return("autumn").End(1, succeeded: false);
        Assert.Equal(SlotScenario.Passage("winter"), slot.State.Holder?.Passage);
        slot.Claim("spring", minutes: 7).Start("4.0.0", WhenBusy.Supersede);
        Assert.Equal(
            ["spring.production.1 by checkout.production.4", "winter.production.1 by checkout.production.4"],
            slot.Told.OfType<EffectAction.SupersedePassage>().Select(told => $"{told.Passage} by {told.By}").Order());
    }

    [Fact]
    public void Who_supersedes_leaves_alone_what_was_started_after_it_began()
    {
        var slot = new SlotScenario().Start("1.0.0").ReportAll(new Outcome.Applied()).Start("2.0.0");
        var began = slot.Now.AddSeconds(30);
        slot.Later("1m").Start("3.0.0").Claim("winter", minutes: 2, whenBusy: WhenBusy.Supersede, createdAt: began);

        Assert.Equal(
            new EffectAction.AskToYield(SlotScenario.Id(1), SlotScenario.Passage("winter")),
            Assert.Single(slot.Told));
        Assert.Equal((SlotEnd.Superseded, "winter.production.1"), End(slot));
        Assert.Equal(SlotScenario.Id(3), Assert.Single(slot.State.Queue).Id);
    }

    [Fact]
    public void An_old_version_that_is_claimed_is_not_taken_down_and_goes_back_to_its_time_when_given_back()
    {
        var slot = new SlotScenario().Given("1.0.0").Given("2.0.0").Claim("autumn", version: "1.0.0");
        Assert.True(Assert.IsType<EffectAction.GrantSlot>(Assert.Single(slot.Told)).Grant.IsKept);
        Assert.Empty(slot.State.Retirements);

        Assert.Equal("1.0.0", $"{Assert.Single(slot.Return("autumn").State.Retirements).Version}");
    }

    [Fact]
    public void A_release_that_takes_no_lease_holds_up_nobody()
    {
        var slot = new SlotScenario().Claim("autumn").Start("2.0.0").ReportAll(new Outcome.Refused("no such release"));

        Assert.Equal(SlotScenario.Id(2), slot.State.Holder?.Rollout.Id);
        Assert.Equal(SlotEnd.NeverBegan, slot.State.Recent[^1].End);
    }

    [Fact]
    public void In_a_restored_store_it_gets_the_lease_only_when_what_is_there_was_seen()
    {
        var slot = new SlotScenario().Given("1.0.0").Restored().Claim("autumn");
        Assert.Null(slot.State.Holder);

        Assert.Equal(SlotScenario.Passage("autumn"), slot.Seen("1.0.0").State.Holder?.Passage);
        Assert.Equal(2, Assert.Single(slot.Attempts).Effect.Fence.Epoch);
    }

    [Fact]
    public void A_lease_that_was_held_when_the_store_was_restored_is_looked_at_when_it_is_given_back()
    {
        var slot = new SlotScenario().Given("1.0.0").Claim("autumn").Start("2.0.0").Restored();
        Assert.Null(slot.State.LookAt);

        Assert.NotNull(slot.Return("autumn").State.LookAt);
        Assert.Equal(SlotScenario.Id(3), slot.Seen("1.0.0").State.Holder?.Rollout.Id);
    }

    [Fact]
    public void Its_rollout_is_explained_and_is_not_withdrawn_alone()
    {
        var slot = new SlotScenario().Claim("autumn").Start("2.0.0");

        var part = ExplainQueued.Of(SlotScenario.Id(1), slot.Row, slot.Now)!;
        Assert.Contains("autumn.production.1 has the lease", Assert.Single(part.Because), StringComparison.Ordinal);
        Assert.Equal(RefusalCodes.NotQueued, Assert.Single(part.Refused).Code);
        Assert.Equal(RefusalCodes.NotQueued, slot.Withdraw(1).Refusal?.Code);
        Assert.Contains(
            "autumn.production.1 is moving",
            Assert.Single(ExplainQueued.Of(SlotScenario.Id(2), slot.Row, slot.Now)!.Because), StringComparison.Ordinal);
    }

    [Fact]
    public void A_passage_is_rung_like_a_slot_when_another_version_becomes_stable()
    {
        var slot = new SlotScenario();
        slot.Take(new SlotInput.RegisterWaiter(
            SlotScenario.Slot, SlotScenario.Passage("autumn"), VersionName.From("1.0.0"), 3));

        slot.Start("1.0.0").ReportAll(new Outcome.Applied()).End(1, succeeded: true);

        Assert.Equal(new Ring("passage", "autumn.production.1", 0), Assert.Single(slot.Rings));
    }

    [Fact]
    public void What_was_stored_before_there_were_releases_is_read_as_it_was_meant()
    {
        const string Before = """
            {"slot":"cart.production","atLeast":"1.0","number":3,"since":"2026-03-02T09:00:00+00:00","rungAt":7}
            """;
        var waiter = Vocabulary.Read<Waiter>(Before).Who;
        Assert.Equal("slot cart.production", $"{waiter.Kind} {waiter}");
        var yielded = Vocabulary.Read<SlotEvent>("""
            {"$type":"asked-to-yield","holder":"cart.production.3","by":"cart.production.4"}
            """);
        Assert.Equal(
            new SlotEvent.AskedToYield(RolloutId.From("cart.production.3"), RolloutId.From("cart.production.4")),
            yielded);
    }

    private static (SlotEnd End, string By) End(SlotScenario slot) =>
        (slot.State.Recent[^1].End, $"{slot.State.Recent[^1].By}");

    private static string Next(SlotScenario slot) =>
        $"{slot.State.Holder?.Passage?.ToString() ?? slot.State.Holder?.Rollout.Id.ToString()}";
}
