using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Slots;

namespace OrleansRelease.Core.Tests.Slots;

/// <summary>By a person, because its holder will never give it back.</summary>
public sealed class WhenALeaseIsBroken
{
    [Fact]
    public void Its_holder_is_kept_out_by_a_newer_generation_and_nothing_is_moved()
    {
        var slot = Moving();
        var generation = slot.State.Holder!.Generation;

        slot.Broken();

        Assert.Null(slot.State.Holder);
        Assert.Equal(SlotEnd.Broken, slot.State.Recent[^1].End);
        var close = Assert.Single(slot.Attempts, attempt => attempt.Effect.Action.IsOutside).Effect;
        Assert.Equal(new EffectAction.CloseSlot(SlotScenario.Slot, "sha256:2.0.0"), close.Action);
        Assert.Equal(generation + 1, close.Fence.Generation);
        Assert.Contains("nobody can read it", slot.Transition, StringComparison.Ordinal);
    }

    /// <summary>Its last change may arrive after a look that found all as it should be.</summary>
    [Fact]
    public void Nobody_gets_it_before_its_holder_is_kept_out_and_it_was_seen_after_that_what_is_there()
    {
        var slot = Moving().Start("3.0.0").Broken();
        Assert.Null(slot.State.LookAt);

        slot.Seen("1.0.0").Later("1h");
        Assert.IsType<Restored.Unseen>(slot.State.Restored);
        Assert.Null(slot.State.Holder);
        Assert.Empty(slot.Told.OfType<EffectAction.Retire>());

        var before = slot.Sight("1.0.0", new Fence(1, 9, 9));
        slot.Later("1m").Closed();
        Assert.Equal(slot.State.LookAt, slot.Row.NextWake);
        slot.Take(new SlotInput.Observed(before));
        Assert.Null(slot.State.Holder);

        slot.Seen("1.0.0");
        Assert.Equal((SlotScenario.Id(3), null), (slot.State.Holder!.Rollout.Id, slot.State.Broken));
        Assert.Contains(slot.Told, told => told is EffectAction.BeginRollout { Baseline: var baseline }
            && $"{baseline}" == "1.0.0");
    }

    [Fact]
    public void What_it_has_left_and_is_not_on_record_waits_for_a_person()
    {
        var slot = Moving().Broken().Closed().Seen("2.0.0");
        Assert.IsType<Restored.Differs>(slot.State.Restored);

        slot.Accepted();

        Assert.Equal("2.0.0", $"{slot.State.Stable?.Version}");
        Assert.Equal("1.0.0", $"{Assert.Single(slot.State.Retirements).Version}");
    }

    [Fact]
    public void What_was_seen_before_it_was_broken_is_never_taken_for_what_it_has_left()
    {
        var slot = Moving();
        var before = slot.Sight("2.0.0", new Fence(1, 9, FenceQuestions.FirstByHand));
        slot.Later("1m").Broken().Closed();
        slot.Take(new SlotInput.Observed(before));
        Assert.IsType<Restored.Unseen>(slot.State.Restored);

        slot.Seen("1.0.0");
        slot.Take(new SlotInput.Observed(before));

        Assert.Equal(("1.0.0", null), ($"{slot.State.Stable?.Version}", slot.State.Restored));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_router_that_is_away_is_asked_for_hours_and_then_a_person_decides(bool isRefused)
    {
        var slot = Moving().Start("3.0.0").Broken();
        for (var again = 0; again < 999; again++) slot.Closed(new Outcome.NotApplied("away")).Later("30s");
        Assert.False(slot.State.Broken!.IsSettled);

        slot.Closed(isRefused ? new Outcome.Refused("away") : new Outcome.NotApplied("away")).Seen("1.0.0");

        Assert.Contains(
            "was not kept out", Assert.Single(Assert.IsType<Restored.Differs>(slot.State.Restored).Differences),
            StringComparison.Ordinal);
        Assert.Null(slot.State.Holder);
        Assert.Equal(SlotScenario.Id(3), slot.Accepted().State.Holder!.Rollout.Id);
    }

    [Fact]
    public void Whoever_is_overtaken_by_a_newer_fence_is_kept_out_by_that_as_well()
    {
        var slot = Moving().Broken().Closed(new Outcome.Overtaken(new Fence(1, 99, 1)));

        Assert.Equal((true, null), (slot.State.Broken!.IsSettled, slot.State.Broken.Problem));
    }

    [Fact]
    public void It_is_taken_from_nobody_but_whom_a_person_has_named()
    {
        Assert.Equal(RefusalCodes.NotHeld, new SlotScenario().Given("1.0.0").Broken().Refusal!.Code);
        var slot = Moving().Broken();
        Assert.Equal(RefusalCodes.NotHeld, slot.Broken(holder: 2).Refusal!.Code);
        slot.Closed().Seen("1.0.0").Start("3.0.0");

        Assert.Equal(RefusalCodes.NotAsSeen, slot.Broken(holder: 2).Refusal!.Code);

        Assert.Equal(SlotScenario.Id(3), slot.State.Holder!.Rollout.Id);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(" ")]
    public void It_is_not_without_a_reason(string? reason)
    {
        var slot = Moving();

        Assert.Equal(RefusalCodes.BadReason, slot.Broken(reason: reason).Refusal!.Code);

        Assert.NotNull(slot.State.Holder);
    }

    [Fact]
    public void Its_permit_is_given_back() =>
        Assert.Contains(new EffectAction.ReturnPermit(SlotScenario.Id(2)), Moving().Broken().Told);

    [Fact]
    public void A_holder_of_no_release_is_told_for_as_long_as_somebody_may_read_its_row()
    {
        var slot = Moving().Broken();
        var leave = Assert.Single(slot.Told.OfType<EffectAction.LeaveRollout>());
        Assert.Equal((SlotScenario.Id(2), null), (leave.Rollout, leave.Passage));
        Assert.Equal("its lease was broken by anna: nobody can read it", leave.Reason);

        slot.ReportAll(new Outcome.NotApplied("cannot be read"));
        var hours = 0;
        for (; hours < 24 && slot.Row.Outbox.Any(IsLeave); hours++)
        {
            for (var again = 0; again < 120; again++)
                slot.Later("30s").ReportAll(new Outcome.NotApplied("cannot be read"));
        }

        Assert.InRange(hours, 4, 12);
    }

    [Fact]
    public void A_release_is_told_that_it_has_lost_it_and_what_it_says_later_changes_nothing()
    {
        var slot = new SlotScenario().Given("1.0.0").Claim("autumn").Claim("winter", minutes: 5)
            .ReportAll(new Outcome.Applied()).Broken();
        Assert.Equal(
            SlotScenario.Passage("autumn"), Assert.Single(slot.Told.OfType<EffectAction.LeaveRollout>()).Passage);

        slot.Closed().Seen("1.0.0");
        Assert.Equal(SlotScenario.Passage("winter"), slot.State.Holder!.Passage);

        slot.Return("autumn", number: 5, completed: true);

        Assert.Equal(SlotScenario.Passage("winter"), slot.State.Holder!.Passage);
        Assert.Equal("1.0.0", $"{slot.State.Stable?.Version}");
    }

    /// <summary>Else it would wait for it, with all other slots that it has.</summary>
    [Fact]
    public void A_release_that_has_not_heard_of_its_lease_still_does_and_whoever_wants_it_is_not_told_to_wait()
    {
        var slot = new SlotScenario().Given("1.0.0").Claim("autumn").Claim("winter", minutes: -5).Broken();

        Assert.Single(slot.Row.Outbox, entry => entry is
        {
            IsPending: true, Effect.Action: EffectAction.GrantSlot { Passage: var passage },
        } && passage == SlotScenario.Passage("autumn"));
        Assert.DoesNotContain(slot.Row.Outbox, entry => entry is
        {
            IsPending: true, Effect.Action: EffectAction.WoundHolder,
        });
    }

    [Fact]
    public void A_way_back_is_left_as_what_it_takes_back()
    {
        var slot = new SlotScenario().Given("1.0.0").Given("2.0.0");
        var stable = slot.State.Stable!;
        slot.Claim("autumn", version: "1.0.0", reverses: new(stable, slot.State.Before!.Value[0])).Broken();

        var leave = Assert.Single(slot.Told.OfType<EffectAction.LeaveRollout>());
        Assert.Equal((stable.Version, stable.SpecHash), (leave.Version, leave.SpecHash));
    }

    [Fact]
    public void What_it_has_started_and_nobody_has_taken_for_stable_is_taken_down_some_day()
    {
        var slot = Moving().Broken().Closed().Seen("1.0.0");
        Assert.Equal("2.0.0", $"{Assert.Single(slot.State.Retirements).Version}");

        Assert.Contains(slot.Later("1h").Told, told => told is EffectAction.Retire);
    }

    /// <summary>Whoever takes it down looks at who gets requests, and would ask the person again and again.</summary>
    [Fact]
    public void What_gets_requests_and_was_accepted_stays_until_another_version_is_stable()
    {
        var slot = Moving().Broken().Closed().SeenShared("1.0.0", "2.0.0").Accepted();
        Assert.DoesNotContain(slot.Later("2h").Told, told => told is EffectAction.Retire);
        Assert.Null(slot.State.Restored);

        slot.Start("3.0.0").ReportAll(new Outcome.Applied()).End(3, succeeded: true);

        Assert.Contains(slot.Told, told => told is EffectAction.Retire { Version: var old } && $"{old}" == "2.0.0");
    }

    [Fact]
    public void What_it_has_left_was_never_stable_and_a_way_back_takes_it_down()
    {
        var slot = Moving().Broken().Closed().Seen("1.0.0").Start("2.0.0");

        Assert.False(Assert.Single(slot.Told.OfType<EffectAction.BeginRollout>()).IsKept);

        slot.ReportAll(new Outcome.Applied()).End(3, succeeded: false);
        Assert.False(Assert.IsType<EffectAction.BeginRollout>(Assert.Single(slot.Start("2.0.0").Told)).IsKept);
    }

    [Fact]
    public void By_what_cannot_be_read_nothing_is_done_afterwards()
    {
        var slot = Moving().BrokenBy("sha256:1.0.0");
        Assert.Contains(new EffectAction.CloseSlot(SlotScenario.Slot, "sha256:1.0.0"), slot.Told);
        Assert.Equal("sha256:1.0.0", Assert.Single(slot.Told.OfType<EffectAction.LeaveRollout>()).SpecHash);

        slot.Closed();
        Assert.Equal("sha256:1.0.0", slot.State.LookBy);
        slot.Seen("2.0.0").Accepted();

        Assert.Equal(("2.0.0", "sha256:1.0.0"), ($"{slot.State.Stable!.Version}", slot.State.Stable.SpecHash));
    }

    [Fact]
    public void Where_nothing_can_be_read_its_version_is_taken_over_by_what_can()
    {
        var slot = Moving().BrokenBy(null);
        Assert.DoesNotContain(slot.Told, told => told is EffectAction.CloseSlot);
        Assert.Contains("no specification", string.Join("; ", slot.State.ShutBecause), StringComparison.Ordinal);

        slot.Adopt("1.0.0");

        Assert.Null(slot.Refusal);
        Assert.Equal((null, null), (slot.State.Restored, slot.State.Broken));
    }

    [Fact]
    public void Nothing_is_taken_over_before_its_holder_is_kept_out()
    {
        var slot = Moving().Broken();
        Assert.Equal(RefusalCodes.SlotBusy, slot.Adopt("2.0.0").Refusal!.Code);
        var before = slot.Sight("2.0.0", new Fence(1, 9, 9));
        slot.Later("10s").Closed();
        Assert.Equal(RefusalCodes.NotAsSeen, slot.Adopt("2.0.0", before).Refusal!.Code);

        Assert.Null(slot.Adopt("2.0.0").Refusal);
    }

    [Fact]
    public void In_a_store_that_is_restored_meanwhile_its_holder_is_kept_out_by_the_newer_epoch()
    {
        var slot = Moving().Broken().Closed().Restored();

        Assert.False(slot.State.Broken!.IsSettled);
        Assert.Equal(2, Assert.Single(slot.Attempts, one => one.Effect.Action is EffectAction.CloseSlot)
            .Effect.Fence.Epoch);
        Assert.True(slot.Closed().State.Broken!.IsSettled);
    }

    [Fact]
    public void It_is_said_who_has_broken_it_also_in_a_store_that_was_restored()
    {
        var slot = new SlotScenario { Epoch = 2 }.Start("1.0.0").SeenNobody("1.0.0", new Fence(1, 9, 9));
        slot.ReportAll(new Outcome.Applied()).Broken();
        const string who = "anna has broken the lease of checkout.production.1 (nobody can read it)";
        Assert.StartsWith(who, Assert.Single(slot.State.ShutBecause), StringComparison.Ordinal);

        slot.Closed();
        Assert.StartsWith(
            $"{who}: what is there is being", Assert.Single(slot.State.ShutBecause), StringComparison.Ordinal);

        slot.Seen("1.0.0");
        Assert.StartsWith($"{who}, and what is there is not", slot.State.ShutBecause[0], StringComparison.Ordinal);
    }

    private static SlotScenario Moving() =>
        new SlotScenario().Given("1.0.0").Start("2.0.0").ReportAll(new Outcome.Applied());

    private static bool IsLeave(OutboxEntry entry) => entry.Effect.Action is EffectAction.LeaveRollout;
}
