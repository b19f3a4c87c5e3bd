using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Leases;
using OrleansRelease.Core.Promotion;
using OrleansRelease.Core.Releases;

namespace OrleansRelease.Core.Tests.Promotion;

public sealed class WhenAReleaseGoesOn
{
    private const string TwoStages = "staging; production: staging 2h";

    private static readonly EnvironmentName Production = EnvironmentName.From("production");

    [Fact]
    public void It_begins_where_nothing_comes_before()
    {
        var release = new ReleaseScenario(TwoStages).Started();

        Assert.Equal("staging.1", release.Begun);
        Assert.Equal(ReleasePhase.Progressing, release.State.Phase);
        Assert.IsType<LegStage.Ahead>(release.StageOf("production"));
    }

    [Fact]
    public void It_goes_on_when_it_was_measured_for_long_enough()
    {
        var release = new ReleaseScenario(TwoStages).Started().Ended("staging");
        Assert.Equal(ReleasePhase.Soaking, release.State.Phase);
        Assert.Equal(release.Now, release.Wake);

        Assert.Equal("", release.Measured("staging", "1h59m").Begun);
        Assert.Equal("production.1", release.Measured("staging", "1m").Begun);

        release.Ended("production");
        Assert.Equal(ReleasePhase.Succeeded, release.State.Phase);
        Assert.Null(release.Wake);
    }

    [Theory]
    [InlineData(Verdict.NoData)]
    [InlineData(Verdict.Error)]
    [InlineData(Verdict.Inconclusive)]
    public void Time_without_evidence_does_not_count(Verdict verdict)
    {
        var release = new ReleaseScenario(TwoStages).Started().Ended("staging").Measured("staging", "1h");

        Assert.Equal("", release.Measured("staging", "4h", verdict).Begun);
        Assert.Equal("production.1", release.Measured("staging", "1h").Begun);
    }

    [Fact]
    public void Something_bad_begins_the_count_anew()
    {
        var release = new ReleaseScenario(TwoStages).Started().Ended("staging").Measured("staging", "1h50m");

        release.Measured("staging", "1m", Verdict.Fail);
        Assert.Equal("", release.Measured("staging", "1h59m").Begun);
        Assert.Equal("production.1", release.Measured("staging", "1m").Begun);
    }

    [Fact]
    public void Where_somebody_has_moved_on_it_leads_nowhere()
    {
        var release = new ReleaseScenario(TwoStages).Started().Ended("staging");

        release.Take(new ReleaseInput.SoakReplaced(release.PassageIn("staging"), "cart is at 2.0"));

        Assert.Equal(ReleasePhase.Stopped, release.State.Phase);
        Assert.Null(release.Wake);
        Assert.Equal(RefusalCodes.Pending, release.Start("production")?.Code);
    }

    [Theory]
    [InlineData(PassagePhase.RolledBack)]
    [InlineData(PassagePhase.Partial)]
    [InlineData(PassagePhase.Cancelled)]
    [InlineData(PassagePhase.Superseded)]
    public void What_does_not_end_well_ends_there_and_can_be_started_again(PassagePhase phase)
    {
        var release = new ReleaseScenario("staging; production: staging").Started().Ended("staging", phase);
        Assert.Equal(ReleasePhase.Stopped, release.State.Phase);
        Assert.Equal(RefusalCodes.Pending, release.Start("production")?.Code);

        Assert.Equal("staging.2", release.Started().Begun);
        Assert.Equal("production.1", release.Ended("staging").Begun);
    }

    [Fact]
    public void Its_rank_is_given_once_in_each_environment_and_outlives_what_was_taken_back()
    {
        var release = new ReleaseScenario("staging; production: staging").Started(priority: 3);
        var first = release.Now - (3 * Rank.HeadStart);
        Assert.Equal(first, RankOf(release));

        release.Ended("staging", PassagePhase.RolledBack).Measured("staging", "1h");
        Assert.Equal(first, RankOf(release.Started(priority: 5)));

        release.Ended("staging");
        Assert.Equal(release.Now - (5 * Rank.HeadStart), RankOf(release));
    }

    [Fact]
    public void A_late_or_doubled_word_of_a_passage_changes_nothing()
    {
        var release = new ReleaseScenario("staging").Started();
        var first = release.PassageIn("staging");
        release.Ended("staging", PassagePhase.RolledBack).Started();

        release.Take(new ReleaseInput.PassageEnded(first, PassagePhase.Succeeded));

        Assert.IsType<LegStage.UnderWay>(release.StageOf("staging"));
    }

    [Fact]
    public void What_the_manifests_do_not_let_begin_stops_it_and_says_why()
    {
        var release = new ReleaseScenario("staging").Started()
            .Answered("staging", new Outcome.Refused("there is no Service cart"));

        Assert.Equal(
            "there is no Service cart", Assert.IsType<LegStage.NotBegun>(release.StageOf("staging")).Reason);
        Assert.Equal(ReleasePhase.Stopped, release.State.Phase);
        Assert.Equal("staging.2", release.Started().Begun);
    }

    [Fact]
    public void What_was_taken_for_not_begun_is_heard_all_the_same()
    {
        var release = new ReleaseScenario(TwoStages).Started()
            .Answered("staging", new Outcome.Refused("all of it is what runs in staging"));

        release.Take(new ReleaseInput.PassageEnded(release.PassageIn("staging"), PassagePhase.Succeeded));

        Assert.Equal(ReleasePhase.Soaking, release.State.Phase);
    }

    [Fact]
    public void A_person_can_hold_it_back_from_an_environment()
    {
        var release = new ReleaseScenario("staging; production: staging").Started()
            .Asked(new ReleaseInput.Pause(Production, ReleaseScenario.Anna, "after the sale"));

        Assert.Equal("", release.Ended("staging").Begun);
        Assert.Equal(ReleasePhase.Paused, release.State.Phase);
        Assert.Equal(RefusalCodes.Paused, release.Start("production")?.Code);

        Assert.Equal(
            "production.1",
            release.Asked(new ReleaseInput.Resume(Production, ReleaseScenario.Anna, null)).Begun);
    }

    [Fact]
    public void A_command_is_for_the_passage_that_was_there_when_it_was_first_given()
    {
        var release = new ReleaseScenario("staging").Started();
        var abort = new ReleaseInput.Address(
            EnvironmentName.From("staging"), "abort", ReleaseScenario.Anna, null);

        Assert.Null(release.Ask(abort));

        Assert.Contains("staging.1", release.Row.Commands[^1].Answer, StringComparison.Ordinal);
        Assert.Equal(
            RefusalCodes.NotFound,
            release.Ask(new ReleaseInput.Address(Production, "abort", ReleaseScenario.Anna, null))?.Code);
    }

    [Fact]
    public void Environments_that_come_after_the_same_one_go_side_by_side()
    {
        var release = new ReleaseScenario("staging; east: staging; west: staging; world: east, west").Started();

        Assert.Equal("east.1 west.1", release.Ended("staging").Begun);
        Assert.Equal("", release.Ended("west").Begun);
        Assert.Equal("world.1", release.Ended("east").Begun);
    }

    [Fact]
    public void It_is_carried_through_once_more_where_somebody_names_the_environment()
    {
        var release = new ReleaseScenario("staging").Started().Ended("staging");
        Assert.Equal(RefusalCodes.AlreadySucceeded, release.Start()?.Code);

        Assert.Equal("staging.2", release.Started("staging").Begun);
        Assert.Equal(RefusalCodes.AlreadyMoving, release.Start("staging")?.Code);
    }

    [Theory]
    [InlineData(PassagePhase.RolledBack)]
    [InlineData(PassagePhase.Succeeded)]
    public void Carried_through_once_more_it_is_measured_for_whoever_starts_it_in_what_comes_next(PassagePhase phase)
    {
        var release = new ReleaseScenario(TwoStages).Started().Ended("staging").Measured("staging", "2h")
            .Ended("production", phase);

        release.Started("staging").Ended("staging");
        Assert.Equal(release.Now, release.Wake);
        Assert.Equal(RefusalCodes.Pending, release.Start("production")?.Code);

        Assert.Equal("", release.Measured("staging", "2h").Begun);
        Assert.Null(release.Wake);
        Assert.Equal("production.2", release.Started("production").Begun);
    }

    [Fact]
    public void What_was_replaced_has_had_its_turn_and_gets_a_rank_as_a_new_one()
    {
        var release = new ReleaseScenario("staging").Started().Ended("staging").Measured("staging", "1h");

        release.Take(new ReleaseInput.SoakReplaced(release.PassageIn("staging"), "cart is at 2.0"));

        Assert.Equal(release.Now, RankOf(release.Started("staging")));
    }

    [Fact]
    public void Where_it_is_no_longer_led_it_does_not_begin_and_that_does_not_keep_it_from_its_end()
    {
        const string before = "dev; staging: dev; production: staging";
        var release = new ReleaseScenario(before).Started().Ended("dev", PassagePhase.RolledBack);

        Assert.Equal("staging.1", release.Led("staging; production: staging").Started().Begun);
        release.Ended("staging").Ended("production");
        Assert.Equal(ReleasePhase.Succeeded, release.State.Phase);

        Assert.Equal("dev.2", release.Led(before).Started("dev").Begun);
    }

    private static DateTimeOffset RankOf(ReleaseScenario release) =>
        release.Told.OfType<EffectAction.BeginPassage>().Single().Rank.Since;
}
