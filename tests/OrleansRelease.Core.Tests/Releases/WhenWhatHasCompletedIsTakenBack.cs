using System.Collections.Immutable;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Releases;

/// <summary>web needs cart, cart needs prices; all of it has completed, and is taken back.</summary>
public sealed class WhenWhatHasCompletedIsTakenBack
{
    private const string Services = "web: cart; cart: prices; prices; mail";

    private static readonly PassageId Undone = PassageId.From("shop-2026.11.3.production.1");

    private static readonly StandsOn Winter = new(
        PassageId.From("winter.production.1"), ServiceName.From("web"), VersionName.From("3.0"),
        DateTimeOffset.UnixEpoch, ServiceName.From("cart"));

    [Fact]
    public void Nothing_is_done_before_all_slots_are_leased_and_who_stands_on_it_was_read_once_more()
    {
        var back = Scenario();
        Assert.Equal(PassagePhase.Pending, back.State.Phase);
        var claim = Assert.IsType<EffectAction.ClaimSlot>(Assert.Single(back.Told));
        Assert.Equal(("cart.production", "1.0"), ($"{claim.Slot}", $"{claim.Reverses?.To?.Version}"));

        back.Leased();
        Assert.IsType<PassageStage.Looking>(back.State.Stage);
        Assert.Empty(back.Told);
        Assert.Equal(back.Now, back.Row.NextWake);

        Read(back);
        Assert.Equal("web mail", Reversed(back));
        Assert.Equal(PassagePhase.RollingBack, back.State.Phase);
    }

    [Fact]
    public void It_goes_back_in_the_reverse_of_its_needs_and_gives_every_slot_back_as_taken_back()
    {
        var back = Read(Scenario().Leased());

        back.Each("mail", new PartStage.GoingBack("x")).Back("web");
        Assert.Equal("cart", Reversed(back));
        back.Back("mail").Back("cart");
        Assert.Equal("prices", Reversed(back));
        back.Back("prices");

        Assert.Equal(PassagePhase.RolledBack, back.State.Phase);
        Assert.All(back.Told.OfType<EffectAction.ReturnSlot>(), gone => Assert.True(gone.Completed));
        Assert.Equal(4, back.Told.OfType<EffectAction.ReturnSlot>().Count());
        var report = Assert.Single(back.Told.OfType<EffectAction.ReportPassage>());
        Assert.Equal((PassagePhase.RolledBack, false), (report.As, report.LeavesSome));
        Assert.Equal(
            "shop-2026.11.3.production.1 is taken back by anna: prices are wrong",
            Assert.Single(PassageReasons.Of(back.Spec, back.State, back.Now)));
    }

    [Fact]
    public void Each_is_told_what_to_take_back_and_to_what_by_which_lease()
    {
        var back = Read(Scenario().Leased());

        var web = back.Told.OfType<EffectAction.ReverseRollout>().First(one => $"{one.Rollout.Slot.Service}" == "web");
        Assert.Equal(
            ("2.0", "sha256:two", "1.0", "sha256:one", 4, 1),
            ($"{web.Version}", web.SpecHash, $"{web.Baseline}", web.BaselineSpecHash, web.Generation, web.Plan));
    }

    [Fact]
    public void What_somebody_else_has_moved_is_left_alone_with_the_reason()
    {
        var back = Leased(service => service == "web" ? "3.0 is stable there now" : null);

        Read(back);

        Assert.Equal(new PartStage.Left("3.0 is stable there now"), back.StageOf("web"));
        Assert.Equal("cart mail", string.Join(' ', Reversed(back).Split(' ').Order(StringComparer.Ordinal)));
        back.Back("cart mail").Back("prices");
        Assert.Equal(PassagePhase.RolledBack, back.State.Phase);
        Assert.True(Assert.Single(back.Told.OfType<EffectAction.ReportPassage>()).LeavesSome);
        Assert.Equal(
            ["web"], back.Told.OfType<EffectAction.ReturnSlot>().Where(gone => !gone.Completed)
                .Select(gone => $"{gone.Slot.Service}"));
        // Nothing was done there, so nothing is half way.
        Assert.All(back.Told.OfType<EffectAction.ReturnSlot>(), gone => Assert.False(gone.IsLeft));
    }

    [Fact]
    public void Where_nothing_of_it_is_there_any_more_nothing_is_taken_back()
    {
        var back = Leased(_ => "3.0 is stable there now");

        Read(back);

        Assert.Equal(PassagePhase.Cancelled, back.State.Phase);
        Assert.All(back.Told.OfType<EffectAction.ReturnSlot>(), gone => Assert.False(gone.Completed));
    }

    [Fact]
    public void What_lay_on_top_was_taken_back_meanwhile_so_nothing_is_taken_back_from_under_what_is_there_now()
    {
        var back = Leased(service => service == "web" ? "1.5 is stable there now" : null);

        back.Take(new PassageInput.StandingRead([], [.. back.Spec.Services.Select(entry => entry.Service)]));

        Assert.Equal(PassagePhase.Cancelled, back.State.Phase);
        Assert.Equal("", Reversed(back));
        Assert.Equal(
            "web is not as it was when the way back was asked for: 1.5 is stable there now; nothing was taken back",
            PassageReasons.Of(back.Spec, back.State, back.Now)[0]);
    }

    [Fact]
    public void It_is_late_when_the_time_that_was_announced_is_over()
    {
        var back = Scenario();
        var announced = PlannedRollback.OfReversal(back.Spec, Undone, "sha256:x", back.Now).AtMost;

        Read(back.Leased());

        var going = Assert.IsType<PassageStage.GoingBack>(back.State.Stage);
        Assert.Equal(announced, going.Deadline - back.Now);
    }

    [Fact]
    public void Who_came_to_stand_on_it_meanwhile_ends_it_before_anything_is_done()
    {
        var back = Read(Scenario().Leased(), Winter);

        Assert.Equal(PassagePhase.Cancelled, back.State.Phase);
        Assert.Contains(
            "winter.production.1 has brought web 3.0 since, which needs cart",
            PassageReasons.Of(back.Spec, back.State, back.Now)[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Where_others_stand_on_it_it_waits_for_a_person_and_leases_nothing()
    {
        var back = Scenario(Winter);

        Assert.Equal(PassagePhase.Paused, back.State.Phase);
        Assert.Empty(back.Told);
        Assert.Null(back.Row.NextWake);
        var explained = ExplainPassage.Of(back.Spec, back.Row, _ => null, back.Now);
        Assert.Equal($"{Winter}", explained.Because[0]);
        Assert.Equal(["abort", "resume"], explained.Moves.Select(move => move.What).Order(StringComparer.Ordinal));
        Assert.Equal(Winter, Assert.Single(explained.WayBack!.StandOn!.Value));

        back.Resumed();
        Assert.IsType<EffectAction.ClaimSlot>(Assert.Single(back.Told));
        Read(back.Leased(), Winter);
        Assert.Equal(PassagePhase.RollingBack, back.State.Phase);
    }

    [Fact]
    public void Who_is_taken_back_with_it_hears_of_that()
    {
        var back = new PassageScenario("web", spec => Scenario().Spec with
        {
            Services = Scenario().Spec.Services.RemoveAll(entry => $"{entry.Service}" != "web")
                .SetItem(0, Scenario().Spec.Services.First(entry => $"{entry.Service}" == "web") with { Needs = [] }),
            Reverses = new(Undone, null, [Winter.By], [Winter], Waits: false, []),
        });

        Read(back.Leased(), Winter);

        var told = Assert.Single(back.Told.OfType<EffectAction.ReportReplaced>());
        Assert.Equal(Winter.By, told.Passage);
        Assert.Equal(PassagePhase.RollingBack, back.State.Phase);
    }

    [Fact]
    public void Who_stands_on_it_could_not_be_read_and_that_is_said_and_tried_again_a_while_later()
    {
        var back = Scenario().Leased();
        back.Take(new PassageInput.StandingNotRead("slot mail.production: not JSON"));

        Assert.Equal(back.Now + PassageLimits.StandingAgainAfter, back.Row.NextWake);
        var explained = ExplainPassage.Of(back.Spec, back.Row, _ => null, back.Now);
        Assert.Equal(
            "all slots are leased, and who stands on it could not be read: slot mail.production: not JSON",
            explained.Because[0]);
        Assert.Contains(explained.Moves, move => move.At == back.Row.NextWake);
        // Doubled it is worth no write.
        var before = back.Row.Sequence;
        back.Take(new PassageInput.StandingNotRead("slot mail.production: not JSON"));
        Assert.Equal(before, back.Row.Sequence);

        Assert.Equal(PassagePhase.RollingBack, Read(back.After(PassageLimits.StandingAgainAfter)).State.Phase);
    }

    [Fact]
    public void How_it_would_be_taken_back_is_not_known_and_the_rest_is_explained_all_the_same()
    {
        var forward = new PassageScenario("cart").Leased().Verified("cart");
        var plan = PlannedRollback.Unknown(forward.State.Id, "slot mail.production: not JSON");

        var explained = ExplainPassage.Of(forward.Spec, forward.Row, _ => null, forward.Now, plan);

        Assert.Contains(
            "how it would be taken back is not known: slot mail.production: not JSON", explained.Because);
        Assert.Equal(
            "how it would be taken back is not known: slot mail.production: not JSON",
            Assert.Single(ReleaseTexts.Back(plan)));
    }

    [Fact]
    public void Aborted_before_anything_is_done_nothing_was()
    {
        var ended = Scenario(Winter).Aborted();
        Assert.Equal(PassagePhase.Cancelled, ended.State.Phase);
        // A start would go forward.
        Assert.Equal(
            "orel release rollback shop-2026.11.3 -e production",
            ended.Ask(new PassageInput.Resume(PassageScenario.Anna, null))?.Accepted);
        Assert.Equal(PassagePhase.Cancelled, Scenario().Leased().Aborted().State.Phase);
    }

    [Fact]
    public void Once_it_goes_back_nobody_stops_it()
    {
        var back = Read(Scenario().Leased());
        var before = back.State;

        Assert.Null(back.Ask(new PassageInput.Abort(PassageScenario.Anna, null)));
        Assert.Equal(RefusalCodes.RollingBack, back.Ask(new PassageInput.Pause(PassageScenario.Anna, null))?.Code);
        back.Take(new PassageInput.Supersede(Winter.By));
        Assert.Equal(before.Stage, back.State.Stage);
    }

    [Fact]
    public void Who_goes_forward_does_not_take_the_place_of_a_way_back()
    {
        var back = Scenario().Take(new PassageInput.Supersede(Winter.By));

        Assert.Equal(PassagePhase.Pending, back.State.Phase);
    }

    [Fact]
    public void What_got_stuck_is_told_once_more_or_left()
    {
        var back = Read(Scenario().Leased()).Stuck("web");
        Assert.Equal(PassagePhase.Failed, back.State.Phase);

        back.Asked(new PassageInput.Retry(PassageScenario.Anna, null));
        Assert.Equal("web", Reversed(back));

        back.Stuck("web").Asked(new PassageInput.Leave(ServiceName.From("web"), PassageScenario.Anna, null));
        Assert.Contains(back.Told, told => told is EffectAction.LeaveRollout);
        Assert.Contains(back.Told, told => told is EffectAction.ReverseRollout { Rollout.Slot.Service: var next }
            && $"{next}" == "cart");
        back.Back("mail cart prices");
        Assert.Equal(
            ["web"],
            back.Told.OfType<EffectAction.ReturnSlot>().Where(gone => gone.IsLeft)
                .Select(gone => $"{gone.Slot.Service}"));
    }

    [Fact]
    public void The_same_version_before_and_after_is_not_moved()
    {
        var back = Scenario(change: entry => $"{entry.Service}" != "web"
            ? entry
            : entry with
            {
                Reverses = new(entry.Reverses!.From, entry.Reverses.From with { Since = DateTimeOffset.MinValue }),
            });

        Read(back.Leased());

        Assert.IsType<PartStage.Back>(back.StageOf("web"));
        Assert.DoesNotContain("web", Reversed(back), StringComparison.Ordinal);
    }

    [Fact]
    public void What_it_would_be_is_known_before_it_begins()
    {
        var spec = Scenario().Spec;

        var plan = PlannedRollback.OfReversal(spec, Undone, "sha256:x", DateTimeOffset.UnixEpoch);

        Assert.Equal("web cart prices mail".Split(' ').Order(), plan.Steps.Select(step => $"{step.Service}").Order());
        Assert.Equal("web", $"{plan.Steps.First(step => $"{step.Service}" == "cart").After[0]}");
        Assert.All(plan.Steps, step => Assert.Equal("1.0", $"{step.To}"));
        Assert.Equal(Undone, plan.Reverses);
        Assert.Equal((null, null), (plan.StandOn, plan.With));
        Assert.All(plan.Steps, step => Assert.Null(step.Standing));
        // Nothing has to stop before: three services one after the other, each read, and one failover.
        var each = TimeSpan.FromSeconds(60) + PassageLimits.ReadBackAgainAfter;
        Assert.Equal((each * 3) + Core.Rollouts.Bound.Failover, plan.AtMost);
    }

    [Fact]
    public void Whose_releases_are_taken_back_with_it_is_said_with_all_that_they_have_brought()
    {
        var spec = Scenario(change: entry => $"{entry.Service}" is not ("mail" or "web")
            ? entry
            : entry with
            {
                Version = VersionName.From("3.0"),
                Reverses = entry.Reverses! with
                {
                    From = entry.Reverses.From with { Version = VersionName.From("3.0"), Passage = Winter.By },
                },
            }).Spec;

        var plan = PlannedRollback.OfReversal(
            spec with { Reverses = spec.Reverses! with { With = [Winter.By], Known = [Winter, Winter] } },
            Undone, "sha256:x", DateTimeOffset.UnixEpoch);

        // Nothing stands on mail.
        Assert.Equal("winter.production.1 (mail 3.0, web 3.0)", $"{Assert.Single(plan.With!.Value)}");
        Assert.Null(plan.StandOn);
        Assert.Equal("takes back with it: winter.production.1 (mail 3.0, web 3.0)", ReleaseTexts.Back(plan).First());
    }

    [Fact]
    public void While_it_is_measured_all_of_it_is_back()
    {
        var rule = new Stabilise(TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(121), TimeSpan.FromMinutes(15));
        var spec = Scenario().Spec with { Stabilise = rule };
        var back = Read(new PassageScenario(Services, _ => spec).Leased());

        back.Back("web mail").Back("cart").Back("prices");

        Assert.Equal(PassagePhase.Stabilising, back.State.Phase);
        var plan = PlannedRollback.Of(back.Spec, back.State, back.Now);
        Assert.All(plan.Steps, step => Assert.Equal("back", step.Standing));
        Assert.Equal(4, plan.Steps.Length);
    }

    [Fact]
    public void Of_one_that_has_completed_an_abort_is_refused_and_says_what_takes_it_back()
    {
        var forward = new PassageScenario("cart").Leased().Verified("cart");

        var refusal = forward.Ask(new PassageInput.Abort(PassageScenario.Anna, null));

        Assert.Equal(RefusalCodes.AlreadySucceeded, refusal?.Code);
        Assert.Contains(
            "orel release rollback shop-2026.11.3 -e production", refusal!.Accepted, StringComparison.Ordinal);
        var explained = ExplainPassage.Of(forward.Spec, forward.Row, _ => null, forward.Now);
        Assert.Contains(
            explained.Moves, move => move.Command == "orel release rollback shop-2026.11.3 -e production");
    }

    // All slots, some of them with something else in them than what was to be taken back.
    private static PassageScenario Leased(Func<string, string?> replaced)
    {
        var back = Scenario();
        while (back.State.Parts.FirstOrDefault(part => part.Grant is null) is { } next)
        {
            back.Take(new PassageInput.SlotGranted(
                next.Service, next.Claim,
                PassageScenario.GrantOf(back.Spec, next.Service) with { Replaced = replaced($"{next.Service}") }));
        }

        return back;
    }

    private static string Reversed(PassageScenario back) => string.Join(
        ' ', back.Told.OfType<EffectAction.ReverseRollout>().Select(one => one.Rollout.Slot.Service));

    private static PassageScenario Read(PassageScenario back, params ImmutableArray<StandsOn> by) =>
        back.Take(new PassageInput.StandingRead(by, []));

    private static PassageScenario Scenario(
        StandsOn? waitsFor = null, Func<PassageEntry, PassageEntry>? change = null) =>
        new(Services, spec => spec with
        {
            Services =
            [
                .. spec.Services.Select(entry => (change ?? (one => one))(entry with
                {
                    Reverses = new(
                        new(entry.Version, entry.SpecHash, DateTimeOffset.UnixEpoch, Passage: Undone),
                        new(VersionName.From("1.0"), "sha256:one", DateTimeOffset.UnixEpoch)),
                })),
            ],
            Reverses = new(
                Undone, "prices are wrong", [], waitsFor is null ? [] : [waitsFor], waitsFor is not null, []),
        });
}
