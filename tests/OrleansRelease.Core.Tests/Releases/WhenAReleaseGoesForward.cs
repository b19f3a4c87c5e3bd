using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Releases;

public sealed class WhenAReleaseGoesForward
{
    private const string Diamond = "web: cart search; cart: catalog; search: catalog; catalog";

    [Fact]
    public void Slots_are_leased_one_after_the_other_before_anything_is_done()
    {
        var release = new PassageScenario(Diamond);
        Assert.Equal("cart.production", $"{Assert.IsType<EffectAction.ClaimSlot>(Assert.Single(release.Told)).Slot}");

        release.Granted("cart").Granted("catalog").Granted("search");
        Assert.Equal(PassagePhase.Pending, release.State.Phase);
        Assert.Equal("web.production", $"{Assert.IsType<EffectAction.ClaimSlot>(Assert.Single(release.Told)).Slot}");

        release.Granted("web");
        Assert.Equal(PassagePhase.Progressing, release.State.Phase);
        Assert.Equal("catalog", release.Begun);
    }

    [Fact]
    public void Each_service_begins_when_all_that_it_needs_is_verified()
    {
        var release = new PassageScenario(Diamond).Leased();

        Assert.Equal("cart search", release.Verified("catalog").Begun);
        Assert.Equal("", release.Verified("search").Begun);
        Assert.Equal("web", release.Verified("cart").Begun);
        var begin = Assert.IsType<EffectAction.BeginRollout>(Assert.Single(release.Told));
        Assert.Equal(("web.production.7", 4, "1.0", "2.0"),
            ($"{begin.Rollout}", begin.Generation, $"{begin.Baseline}", $"{begin.Version}"));
    }

    [Fact]
    public void When_all_are_verified_it_has_succeeded_and_gives_its_slots_back_providers_first()
    {
        var release = new PassageScenario(Diamond).Leased().Verified("catalog cart search web");

        Assert.Equal(PassagePhase.Succeeded, release.State.Phase);
        var returned = release.Told.OfType<EffectAction.ReturnSlot>().ToList();
        Assert.Equal("catalog cart search web", string.Join(' ', returned.Select(back => back.Slot.Service)));
        Assert.All(returned, back => Assert.True(back.Completed));
        Assert.Equal(
            PassagePhase.Succeeded, Assert.Single(release.Told.OfType<EffectAction.ReportPassage>()).As);
        Assert.Null(release.Row.NextWake);
    }

    [Fact]
    public void No_more_move_at_once_than_it_says()
    {
        var release = new PassageScenario("a; b; c", spec => spec with { MaxParallel = 2 }).Leased();

        Assert.Equal("a b", release.Begun);
        Assert.Equal("c", release.Verified("b").Begun);
    }

    [Fact]
    public void No_more_are_told_to_begin_at_once_than_a_row_can_hold()
    {
        var services = Enumerable.Range(100, 120).Select(number => $"s{number}").ToList();
        var release = new PassageScenario(
            string.Join("; ", services), spec => spec with { MaxParallel = 1000 }).Leased();

        // Each one that has heard makes room for the next.
        Assert.Equal(PassageLimits.MaxBeginning, release.Told.OfType<EffectAction.BeginRollout>().Count());
        for (var round = 0; round < 3; round++)
        {
            Assert.True(Beginning().Count <= PassageLimits.MaxBeginning);
            foreach (var entry in Beginning())
            {
                release.Take(new PassageInput.OutcomeReported(
                    new(entry.Effect.Ordinal, entry.Attempt, new Outcome.Applied())));
            }
        }

        Assert.All(release.State.Parts, part => Assert.IsType<PartStage.Moving>(part.Stage));

        List<OutboxEntry> Beginning() => release.Row.Outbox.Where(entry => entry is
        {
            IsPending: true,
            Effect.Action: EffectAction.BeginRollout,
        }).ToList();
    }

    [Fact]
    public void Where_it_has_given_way_it_queues_however_it_asked_before()
    {
        var release = new PassageScenario("a; b", spec => spec with { WhenBusy = WhenBusy.Supersede });
        var first = Assert.Single(release.Told.OfType<EffectAction.ClaimSlot>());
        Assert.Equal((WhenBusy.Supersede, release.State.CreatedAt), (first.WhenBusy, first.CreatedAt));

        release.Take(new PassageInput.SlotWanted(
            ServiceName.From("a"), first.Number, PassageId.From("other.production.1")));

        Assert.Equal(WhenBusy.Queue, Assert.Single(release.Told.OfType<EffectAction.ClaimSlot>()).WhenBusy);
        Assert.Equal(
            WhenBusy.Supersede,
            Assert.Single(release.Granted("a").Told.OfType<EffectAction.ClaimSlot>()).WhenBusy);
    }

    [Fact]
    public void What_it_requires_is_waited_for_and_read_again()
    {
        var release = new PassageScenario("a", spec => spec with { Requires = [Requires(Otherwise.Wait)] });
        Assert.Empty(release.Told);

        release.Take(Stable("2.0.9"));
        Assert.Equal(PassagePhase.Pending, release.State.Phase);
        Assert.Equal(release.Now + PassageLimits.RequiredAgainAfter, release.Row.NextWake);

        release.Take(Stable("2.1.0"));
        Assert.Single(release.Told.OfType<EffectAction.ClaimSlot>());
    }

    [Fact]
    public void What_it_does_not_wait_for_cancels_it_with_the_reason()
    {
        var release = new PassageScenario("a", spec => spec with { Requires = [Requires(Otherwise.Refuse)] });
        release.Take(new PassageInput.Tick());
        Assert.Equal(PassagePhase.Pending, release.State.Phase);

        release.Take(Stable("2.0.9"));

        var ended = Assert.IsType<PassageStage.Ended>(release.State.Stage);
        Assert.Equal(PassagePhase.Cancelled, ended.As);
        Assert.Equal("payments is stable at 2.0.9, and at least 2.1.0 is required", ended.Cause?.Text);
    }

    [Fact]
    public void It_gives_way_to_whoever_goes_first_while_it_has_done_nothing()
    {
        var release = new PassageScenario("a; b; c").Granted("a").Granted("b");
        var claims = release.State.Parts.Select(part => part.Claim).ToList();

        release.Take(new PassageInput.SlotWanted(
            ServiceName.From("b"), claims[1], PassageId.From("other.production.1")));

        // What it holds before that one it keeps: nobody waits for a slot that is before one of his own.
        Assert.Equal(
            ["b.production", "c.production"],
            release.Told.OfType<EffectAction.ReturnSlot>().Select(back => $"{back.Slot}"));
        var again = Assert.Single(release.Told.OfType<EffectAction.ClaimSlot>());
        Assert.Equal("b.production", $"{again.Slot}");
        Assert.True(again.Number > claims[1]);
        Assert.NotNull(release.State.PartOf(ServiceName.From("a")).Grant);
    }

    [Fact]
    public void A_lease_that_was_given_back_meanwhile_is_none()
    {
        var release = new PassageScenario("a; b");
        var late = new PassageInput.SlotGranted(
            ServiceName.From("a"), release.State.Parts[0].Claim,
            PassageScenario.GrantOf(release.Spec, ServiceName.From("a")));
        release.Take(new PassageInput.SlotWanted(
            ServiceName.From("a"), late.Claim, PassageId.From("other.production.1")));

        release.Take(late);

        Assert.Null(release.State.Parts[0].Grant);
    }

    [Fact]
    public void Once_it_has_begun_nobody_makes_it_give_way()
    {
        var release = new PassageScenario("a").Leased();

        release.Take(new PassageInput.SlotWanted(
            ServiceName.From("a"), release.State.Parts[0].Claim, PassageId.From("other.production.1")));

        Assert.Equal(PassagePhase.Progressing, release.State.Phase);
        Assert.Empty(release.Told);
    }

    [Fact]
    public void Whoever_asked_not_to_wait_is_cancelled_where_a_slot_is_not_free()
    {
        var release = new PassageScenario("a; b").Granted("a");

        release.Take(new PassageInput.SlotRefused(
            ServiceName.From("b"), release.State.Parts[1].Claim, PassageId.From("other.production.1")));

        Assert.Equal(PassagePhase.Cancelled, release.State.Phase);
        Assert.Equal(2, release.Told.OfType<EffectAction.ReturnSlot>().Count());
    }

    [Fact]
    public void What_others_have_reserved_of_a_budget_cancels_it_with_the_reason_before_anything_has_moved()
    {
        var release = new PassageScenario("a; b").Granted("a");

        release.Take(new PassageInput.SlotRefused(
            ServiceName.From("b"), release.State.Parts[1].Claim, PassageId.From("other.production.1"),
            "10m of it is reserved by b.production.8"));

        Assert.Equal(PassagePhase.Cancelled, release.State.Phase);
        Assert.Equal(
            "b could not be claimed: 10m of it is reserved by b.production.8",
            Assert.IsType<PassageStage.Ended>(release.State.Stage).Cause?.Text);
        Assert.Equal(2, release.Told.OfType<EffectAction.ReturnSlot>().Count());
    }

    [Theory]
    [InlineData(true, null, true)]
    [InlineData(false, null, false)]
    [InlineData(true, "INC-4711: payments fail", false)]
    public void What_is_left_of_budgets_is_asked_where_it_reserves_and_is_no_emergency(
        bool reserves, string? emergency, bool asks)
    {
        var release = new PassageScenario("a", spec => spec with
        {
            Emergency = emergency,
            Services =
            [
                spec.Services[0] with
                {
                    Reserves = reserves ? [new("errors", TimeSpan.FromMinutes(8))] : null,
                },
            ],
        });

        var claim = Assert.Single(release.Told.OfType<EffectAction.ClaimSlot>());

        Assert.Equal((asks, null), (claim.AsksBudgets, claim.Budgets));
    }

    [Fact]
    public void While_a_person_has_paused_it_nothing_begins_and_what_moves_goes_on()
    {
        var release = new PassageScenario(Diamond).Leased().Paused();

        Assert.Equal("", release.Verified("catalog").Begun);
        Assert.Equal(PassagePhase.Paused, release.State.Phase);
        Assert.Equal("cart search", release.Resumed().Begun);
    }

    [Fact]
    public void News_that_come_late_or_twice_change_nothing()
    {
        var release = new PassageScenario("b: a; a").Leased();
        var verified = release.News(ServiceName.From("a"), new PartStage.Verified());
        release.Take(new PassageInput.Heard([verified]));
        var row = release.Row.Sequence;

        release.Take(new PassageInput.Heard(
            [verified, verified with { Sequence = 0, Stage = new PartStage.Moving() }]));

        Assert.Equal(row, release.Row.Sequence);
        Assert.IsType<PartStage.Verified>(release.StageOf("a"));
        Assert.IsType<PartStage.Moving>(release.StageOf("b"));
    }

    [Fact]
    public void What_it_waits_for_is_read_again_though_nobody_rings()
    {
        var release = new PassageScenario("a").Leased();
        var readAt = release.Row.NextWake;
        Assert.Equal(release.Now + PassageLimits.ReadAgainAfter, readAt);

        release.After(PassageLimits.ReadAgainAfter).Take(new PassageInput.Heard([]));

        Assert.Equal(readAt + PassageLimits.ReadAgainAfter, release.Row.NextWake);
    }

    [Fact]
    public void A_release_that_has_ended_takes_no_orders()
    {
        var release = new PassageScenario("a").Leased().Verified("a");

        Assert.Equal(
            RefusalCodes.AlreadySucceeded, release.Ask(new PassageInput.Abort(PassageScenario.Anna, null))?.Code);
        Assert.Equal(
            RefusalCodes.AlreadyEnded, release.Ask(new PassageInput.Pause(PassageScenario.Anna, null))?.Code);
    }

    private static PassageRequirement Requires(Otherwise otherwise) =>
        new(new Requirement(ServiceName.From("payments"), VersionName.From("2.1.0")), otherwise);

    private static PassageInput.RequiredRead Stable(string version) =>
        new([new StableOf(ServiceName.From("payments"), VersionName.From(version))]);
}
