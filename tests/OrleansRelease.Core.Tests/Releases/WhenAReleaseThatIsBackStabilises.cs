using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Releases;

/// <summary>
/// All of it is back; it is called so when its criteria have held again, and says so where they have not.
/// </summary>
public sealed class WhenAReleaseThatIsBackStabilises
{
    private static readonly ActorName Anna = PassageScenario.Anna;

    private static readonly Stabilise Rule =
        new(TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(121), TimeSpan.FromMinutes(15));

    private static PassageScenario Leased => new PassageScenario("cart; web: cart", With).Leased();

    private static PassageScenario AllBack => Leased.Verified("cart").Failed("web").Halted("cart").Back("web cart");

    [Fact]
    public void It_keeps_its_slots_and_is_called_rolled_back_when_its_criteria_have_held()
    {
        var release = AllBack;
        Assert.Equal(PassagePhase.Stabilising, release.State.Phase);
        Assert.Equal(release.Now, release.Row.NextWake);
        Assert.Empty(release.Told);

        Measured(release, Verdict.Pass);
        Assert.Equal(PassagePhase.Stabilising, release.State.Phase);
        Measured(release, Verdict.Pass);

        Assert.Equal(PassagePhase.RolledBack, release.State.Phase);
        Assert.Equal(new Stability(true, TimeSpan.FromMinutes(2)), StabilityOf(release));
        Assert.Equal(2, release.Told.OfType<EffectAction.ReturnSlot>().Count());
        Assert.Equal(PassagePhase.RolledBack, Assert.Single(release.Told.OfType<EffectAction.ReportPassage>()).As);
        Assert.Equal(
            ["web failed: errors failed", "all of it is back; its criteria hold again, measured for 2m"], Why(release));
    }

    [Fact]
    public void What_is_bad_begins_the_count_anew_and_takes_nothing_back()
    {
        var release = AllBack;
        Measured(release, Verdict.Pass);

        Measured(release, Verdict.Fail, "web: errors: 7 % is over 5 %");

        Assert.Empty(release.Told);
        Assert.Equal(PassagePhase.Stabilising, release.State.Phase);
        Assert.Contains("last web: errors: 7 % is over 5 %", Why(release));
        Measured(release, Verdict.Pass);
        Assert.Equal(PassagePhase.Stabilising, release.State.Phase);
        Measured(release, Verdict.Pass);
        Assert.True(StabilityOf(release)!.Holds);
    }

    [Theory]
    [InlineData(Verdict.NoData)]
    [InlineData(Verdict.Error)]
    [InlineData(Verdict.Inconclusive)]
    [InlineData(Verdict.Fail)]
    public void Without_evidence_it_ends_with_its_time_says_so_and_takes_nothing_back(Verdict verdict)
    {
        var release = AllBack;
        var deadline = release.Now + Rule.Within;
        for (var minute = 0; minute < 14; minute++)
        {
            Measured(release, verdict, "web: errors: no numbers");
            Assert.True(release.Row.NextWake <= deadline);
        }

        Assert.Equal(PassagePhase.Stabilising, release.State.Phase);
        release.After(TimeSpan.FromMinutes(1));

        Assert.Equal(PassagePhase.RolledBack, release.State.Phase);
        Assert.Equal(
            new Stability(false, TimeSpan.Zero, "after 15m web: errors: no numbers"), StabilityOf(release));
        Assert.Empty(release.Told.OfType<EffectAction.TakeBackRollout>());
        Assert.Contains(
            "all of it is back; its criteria were not seen to hold again (0s of 2m): after 15m web: errors: no numbers",
            Why(release));
        Assert.Equal("nothing more is taken back for it: look at what is there again", Why(release)[^1]);
    }

    [Fact]
    public void Where_nobody_measures_it_ends_with_its_time_too()
    {
        var release = AllBack.After(Rule.Within);

        Assert.Equal(PassagePhase.RolledBack, release.State.Phase);
        Assert.Equal("nothing usable within 15m", StabilityOf(release)!.Note);
    }

    [Fact]
    public void What_is_told_twice_or_late_changes_nothing()
    {
        var release = AllBack;
        Measured(release, Verdict.Pass);
        var sequence = release.Row.Sequence;

        release.Take(new PassageInput.CriteriaRead(
            release.Now - TimeSpan.FromSeconds(30), Verdict.Fail, "late", release.Now));
        Assert.Equal(sequence, release.Row.Sequence);
        Measured(release, Verdict.Pass);
        sequence = release.Row.Sequence;
        Measured(release, Verdict.Fail, "too late");
        release.Take(new PassageInput.NothingJudged("too late"));
        Assert.Equal((PassagePhase.RolledBack, sequence), (release.State.Phase, release.Row.Sequence));
    }

    [Fact]
    public void What_comes_before_it_is_done_measures_nothing()
    {
        var release = Leased.Verified("cart").Failed("web").Halted("cart");
        var sequence = release.Row.Sequence;

        Measured(release, Verdict.Pass, advance: TimeSpan.Zero);

        Assert.Equal(sequence, release.Row.Sequence);
    }

    [Fact]
    public void Where_nothing_ran_before_there_is_nothing_to_measure()
    {
        var release = new PassageScenario("web", With);
        var web = ServiceName.From("web");
        var grant = PassageScenario.GrantOf(release.Spec, web) with { Baseline = null, BaselineSpecHash = null };
        release.Take(new PassageInput.SlotGranted(web, release.State.PartOf(web).Claim, grant));

        release.Failed("web").Back("web");

        Assert.Equal(PassagePhase.RolledBack, release.State.Phase);
        Assert.Equal("nothing that was taken back ran there before", StabilityOf(release)!.Note);
        Assert.Null(PlannedRollback.Of(release.Spec, release.State, release.Now).Stabilises);
    }

    [Fact]
    public void Where_nothing_says_by_what_it_would_be_judged_it_does_not_wait()
    {
        var release = AllBack.Take(new PassageInput.NothingJudged("nothing is judged"));

        Assert.Equal((PassagePhase.RolledBack, false), (release.State.Phase, StabilityOf(release)!.Holds));
    }

    [Fact]
    public void A_release_that_does_not_want_to_wait_is_rolled_back_at_once()
    {
        var release = new PassageScenario("cart; web: cart").Leased().Verified("cart").Failed("web").Halted("cart")
            .Back("web cart");

        Assert.Equal(PassagePhase.RolledBack, release.State.Phase);
        Assert.Null(StabilityOf(release));
    }

    [Fact]
    public void A_person_may_call_it_done_and_it_says_who()
    {
        var release = AllBack.Asked(new PassageInput.Resume(Anna, "the source is away"));

        Assert.Equal(PassagePhase.RolledBack, release.State.Phase);
        Assert.Equal(
            new Stability(false, TimeSpan.Zero, "anna did not wait: the source is away"), StabilityOf(release));
    }

    [Fact]
    public void Who_takes_its_place_or_goes_first_does_not_wait_for_it()
    {
        var other = PassageId.From("fix.production.1");

        var superseded = AllBack.Take(new PassageInput.Supersede(other));
        var wanted = AllBack;
        var cart = wanted.State.PartOf(ServiceName.From("cart"));
        wanted.Take(new PassageInput.SlotWanted(cart.Service, cart.Claim, other));

        Assert.Equal($"{other} takes its place", StabilityOf(superseded)!.Note);
        Assert.Equal($"{other} goes first", StabilityOf(wanted)!.Note);
        Assert.All(new[] { superseded, wanted }, release =>
        {
            // It was taken back, whoever comes next.
            Assert.Equal(PassagePhase.RolledBack, release.State.Phase);
            Assert.Equal(2, release.Told.OfType<EffectAction.ReturnSlot>().Count());
        });
    }

    [Fact]
    public void It_is_not_paused_retried_or_left_and_an_abort_finds_it_back_already()
    {
        var release = AllBack;

        Assert.Equal(RefusalCodes.RollingBack, release.Ask(new PassageInput.Pause(Anna, null))?.Code);
        Assert.Equal(RefusalCodes.NotFailed, release.Ask(new PassageInput.Retry(Anna, null))?.Code);
        Assert.Equal(
            RefusalCodes.NotFailed, release.Ask(new PassageInput.Leave(ServiceName.From("web"), Anna, null))?.Code);
        Assert.Equal(PassagePhase.Stabilising, release.Aborted().State.Phase);
    }

    [Fact]
    public void Where_each_went_back_alone_it_is_measured_too()
    {
        var release = new PassageScenario(
            "cart; web: cart", spec => With(spec) with { OnFailure = OnFailure.RollbackService })
            .Leased().Failed("cart").Back("cart");

        Assert.Equal(PassagePhase.Stabilising, release.State.Phase);
        Measured(release, Verdict.Pass);
        Measured(release, Verdict.Pass);
        Assert.Equal(PassagePhase.RolledBack, release.State.Phase);
    }

    [Fact]
    public void What_turns_out_late_to_have_happened_goes_on_with_the_same_way_back()
    {
        var release = Leased.Verified("cart").Failed("web").Halted("cart", new Happened(false, false)).Back("web");
        Assert.Equal(PassagePhase.Stabilising, release.State.Phase);

        release.Halted("cart");

        Assert.Equal(("cart", 2), (release.Undone, release.Plan.Number));
        Assert.Equal(PassagePhase.Stabilising, release.Back("cart").State.Phase);
    }

    [Fact]
    public void It_is_explained_and_no_part_of_what_was_announced()
    {
        var before = Leased.Verified("cart");
        var (with, without) = (
            PlannedRollback.Of(before.Spec, before.State, before.Now),
            PlannedRollback.Of(before.Spec with { Stabilise = null }, before.State, before.Now));
        Assert.Equal((Rule, (Stabilise?)null), (with.Stabilises, without.Stabilises));
        Assert.Equal(without.AtMost, with.AtMost);
        Assert.Equal(
            "then its criteria have to hold for 2m again until it is called rolled back: 2m1s if all is good, at most "
                + "15m, no part of its time",
            ReleaseTexts.Back(with).Last());

        var release = AllBack;
        Measured(release, Verdict.Pass);
        Assert.Equal(
            [
                "web failed: errors failed",
                "all of it is back since 09:00:00Z; called so when the criteria of cart, web have held for 2m: "
                    + "1m measured",
            ],
            Why(release));
        var plan = PlannedRollback.Of(release.Spec, release.State, release.Now);
        Assert.Equal((1, true, TimeSpan.Zero), (plan.Number, plan.IsCarriedOut, plan.AtMost));
        Assert.All(plan.Steps, step => Assert.Equal("back", step.Standing));
        var explained = ExplainPassage.Of(release.Spec, release.Row, _ => null, release.Now);
        Assert.Equal(
            [
                "is measured, and called rolled back when that was good for 2m",
                "is called rolled back without, and a person is told", "resume",
            ],
            explained.Moves.Select(move => move.What));
    }

    private static PassageSpec With(PassageSpec spec) => spec with { Stabilise = Rule };

    /// <summary>One more minute was measured.</summary>
    private static void Measured(
        PassageScenario release, Verdict verdict, string detail = "web: errors: 0 %", TimeSpan? advance = null)
    {
        release.After(advance ?? TimeSpan.FromMinutes(1));
        release.Take(new PassageInput.CriteriaRead(
            release.Now, verdict, detail, release.Now + TimeSpan.FromMinutes(1)));
    }

    private static Stability? StabilityOf(PassageScenario release) =>
        Assert.IsType<PassageStage.Ended>(release.State.Stage).Stability;

    private static string[] Why(PassageScenario release) =>
        [.. PassageReasons.Of(release.Spec, release.State, release.Now)];
}
