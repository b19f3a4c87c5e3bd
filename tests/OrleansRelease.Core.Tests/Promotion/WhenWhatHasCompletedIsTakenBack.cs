using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Leases;
using OrleansRelease.Core.Promotion;
using OrleansRelease.Core.Releases;

namespace OrleansRelease.Core.Tests.Promotion;

public sealed class WhenWhatHasCompletedIsTakenBack
{
    private readonly ReleaseScenario _release = new ReleaseScenario("staging; production: staging 2h").Started();

    [Fact]
    public void A_passage_of_its_own_does_that_and_goes_before_others()
    {
        _release.Ended("staging").Passes("1m").Asked(TakeBack("staging", 1));

        var begin = Assert.IsType<EffectAction.BeginPassage>(Assert.Single(_release.Told));
        Assert.Equal(
            ("shop-2026.11.3.staging.2", "sha256:back", true),
            ($"{begin.Passage}", begin.SpecHash, begin.IsReversal));
        Assert.Equal(_release.Now - (Rank.HeadStart * Rank.HighestPriority), begin.Rank.Since);
        Assert.Equal(ReleasePhase.Progressing, _release.State.Phase);
        Assert.Contains(
            "shop-2026.11.3.staging.2 takes back what has completed in staging",
            ExplainRelease.Of(_release.Row, _release.Now).Because);
    }

    [Fact]
    public void Taken_back_it_leads_nowhere_and_is_started_anew_by_a_person_with_a_new_rank()
    {
        _release.Ended("staging").Asked(TakeBack("staging", 1)).Ended("staging", PassagePhase.RolledBack);

        Assert.Equal(ReleasePhase.Stopped, _release.State.Phase);
        Assert.Equal(new LegStage.Ended(PassagePhase.RolledBack), _release.StageOf("staging"));
        Assert.Equal(RefusalCodes.NotCompleted, _release.Ask(TakeBack("staging", 1))?.Code);

        _release.Passes("5h").Started("staging");
        var begin = Assert.IsType<EffectAction.BeginPassage>(Assert.Single(_release.Told));
        Assert.Equal((3, _release.Now), (begin.Passage.Number, begin.Rank.Since));
    }

    [Fact]
    public void Where_nothing_was_taken_back_it_has_completed_as_before_and_is_measured_on()
    {
        _release.Ended("staging").Measured("staging", "1h");
        var before = _release.StageOf("staging");

        _release.Asked(TakeBack("staging", 1)).Ended("staging", PassagePhase.Cancelled);

        Assert.Equal(before, _release.StageOf("staging"));
        Assert.Equal(ReleasePhase.Soaking, _release.State.Phase);
        Assert.Equal(
            PassageId.From("shop-2026.11.3.staging.1"), _release.State.CompletedIn(_release.LegOf("staging")));
        _release.Passes("1h").Take(new ReleaseInput.SoakRead(
            PassageId.From("shop-2026.11.3.staging.1"), _release.Now, Verdict.Pass, null, _release.Now));
        Assert.Equal("production.1", _release.Begun);
        // Once more, and the same is meant.
        Assert.Null(_release.Ask(TakeBack("staging", 1)));
        Assert.Equal(3, _release.LegOf("staging").Passages);
    }

    [Fact]
    public void What_has_not_completed_is_not_taken_back()
    {
        Assert.Equal(RefusalCodes.AlreadyMoving, _release.Ask(TakeBack("staging", 1))?.Code);
        Assert.Equal(RefusalCodes.NotFound, _release.Ask(TakeBack("moon", 1))?.Code);
        Assert.Equal(RefusalCodes.NotCompleted, _release.Ask(TakeBack("production", 1))?.Code);

        _release.Ended("staging").Asked(TakeBack("staging", 1));
        Assert.Equal(RefusalCodes.RollingBack, _release.Ask(TakeBack("staging", 1))?.Code);
    }

    [Fact]
    public void It_was_planned_for_another_passage_than_has_completed_by_now()
    {
        _release.Ended("staging").Started("staging").Ended("staging");

        var refusal = _release.Ask(TakeBack("staging", 1));
        Assert.Equal(
            (RefusalCodes.PreconditionFailed, "orel release rollback shop-2026.11.3 -e staging"),
            (refusal?.Code, refusal?.Accepted));
        Assert.Null(_release.Ask(TakeBack("staging", 2)));
    }

    [Fact]
    public void What_has_completed_in_part_is_taken_back_as_well()
    {
        _release.Ended("staging", PassagePhase.Partial);

        Assert.Null(_release.Ask(TakeBack("staging", 1)));
    }

    [Fact]
    public void What_was_left_of_it_can_be_taken_back_later()
    {
        _release.Ended("staging").Asked(TakeBack("staging", 1)).Take(new ReleaseInput.PassageEnded(
            _release.PassageIn("staging"), PassagePhase.RolledBack, LeavesSome: true));

        Assert.Equal(new LegStage.Ended(PassagePhase.RolledBack), _release.StageOf("staging"));
        Assert.Equal(ReleasePhase.Stopped, _release.State.Phase);
        Assert.Null(_release.Ask(TakeBack("staging", 1)));
    }

    [Fact]
    public void Where_it_could_not_begin_the_reason_is_said_and_it_is_asked_for_once_more()
    {
        _release.Answered("staging", new Outcome.Applied()).Ended("staging").Measured("staging", "1h");
        var before = _release.StageOf("staging");
        _release.Asked(TakeBack("staging", 1)).Answered("staging", new Outcome.Refused("no such passage"));

        Assert.Contains(
            "staging: could not be taken back: no such passage",
            ExplainRelease.Of(_release.Row, _release.Now).Because);
        _release.Asked(TakeBack("staging", 1)).Ended("staging", PassagePhase.Cancelled);
        Assert.Equal(before, _release.StageOf("staging"));
    }

    [Fact]
    public void Taken_for_not_begun_although_it_had_it_is_taken_back_all_the_same()
    {
        _release.Answered("staging", new Outcome.Applied()).Ended("staging").Asked(TakeBack("staging", 1))
            .Answered("staging", new Outcome.Refused("no such passage")).Ended("staging", PassagePhase.RolledBack);

        Assert.Equal(new LegStage.Ended(PassagePhase.RolledBack), _release.StageOf("staging"));
        Assert.Equal(RefusalCodes.NotCompleted, _release.Ask(TakeBack("staging", 1))?.Code);
    }

    [Fact]
    public void Of_a_row_of_a_build_before_what_had_completed_is_kept_when_it_begins_once_more()
    {
        _release.Ended("staging").AsWritten(leg => leg with { Completed = null })
            .Started("staging").Ended("staging", PassagePhase.RolledBack);

        Assert.Equal(
            PassageId.From("shop-2026.11.3.staging.1"), _release.State.CompletedIn(_release.LegOf("staging")));
        Assert.Null(_release.Ask(TakeBack("staging", 1)));
    }

    [Fact]
    public void What_comes_after_it_is_not_begun_while_it_is_taken_back_or_afterwards()
    {
        _release.Ended("staging");
        Assert.Null(Gone());

        _release.Asked(TakeBack("staging", 1));
        Assert.Equal("where it is to be taken back by shop-2026.11.3.staging.2", Gone());
        _release.Ended("staging", PassagePhase.Cancelled);
        Assert.Null(Gone());
        _release.Asked(TakeBack("staging", 1)).Ended("staging", PassagePhase.RolledBack);
        Assert.Equal("where it was taken back", Gone());

        string? Gone() => _release.State.GoneFrom(_release.LegOf("staging"));
    }

    private static ReleaseInput.TakeBack TakeBack(string environment, int number) => new(
        EnvironmentName.From(environment),
        new PassageId(ReleaseScenario.Shop, EnvironmentName.From(environment), number), WhenBuiltOn.Refuse,
        "sha256:back", ReleaseScenario.Anna, "prices are wrong");
}
