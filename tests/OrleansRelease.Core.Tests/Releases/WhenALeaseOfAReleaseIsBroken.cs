using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Releases;

/// <summary>A person has taken one of its slots from it; its rollout was left as it is, or never begins.</summary>
public sealed class WhenALeaseOfAReleaseIsBroken
{
    private const string Lost = "left as it is by anna, in shop-2026.11.3.production.1: its lease was broken";

    /// <summary>The grant is heard of after the break, and the rollout refuses to begin.</summary>
    [Fact]
    public void It_does_not_wait_for_what_it_has_not_heard_of_and_gives_its_other_slots_back()
    {
        var release = new PassageScenario("a; b").Granted("a");
        Assert.IsType<PassageStage.Leasing>(release.State.Stage);

        release.Unheard().Granted("b");
        Refuse(release, "b", Lost);

        Assert.IsType<PassageStage.Halting>(release.State.Stage);
        Assert.IsType<PartStage.Back>(release.StageOf("b"));
    }

    /// <summary>What its rollout said is read before it was begun.</summary>
    [Fact]
    public void It_goes_back_without_it_where_one_that_fails_takes_all_back()
    {
        var release = new PassageScenario("b: a; a").Leased();

        release.Each("b", new PartStage.Left(Lost));

        var halting = Assert.IsType<PassageStage.Halting>(release.State.Stage);
        Assert.Contains(Lost, Assert.IsType<PassageCause.ServiceFailed>(halting.Cause).Text, StringComparison.Ordinal);
        release.Halted("a").Back("a");
        Assert.True(release.State.Parts.All(part => part.IsClear));
    }

    [Fact]
    public void It_goes_on_with_the_others_where_each_is_taken_back_alone_and_says_why_it_is_partial()
    {
        var release = new PassageScenario("a; b", spec => spec with { OnFailure = OnFailure.RollbackService }).Leased();

        release.Each("b", new PartStage.Left(Lost)).Verified("a");

        var ended = Assert.IsType<PassageStage.Ended>(release.State.Stage);
        Assert.Equal(PassagePhase.Partial, ended.As);
        Assert.Contains(Lost, ended.Cause!.Text, StringComparison.Ordinal);
    }

    private static void Refuse(PassageScenario release, string service, string why)
    {
        var begin = release.Row.Outbox.Single(entry => entry is { IsPending: true }
            && entry.Effect.Action is EffectAction.BeginRollout told
            && told.Rollout.Slot.Service == ServiceName.From(service));
        release.Take(new PassageInput.OutcomeReported(
            new(begin.Effect.Ordinal, begin.Attempt, new Outcome.Refused(why))));
    }
}
