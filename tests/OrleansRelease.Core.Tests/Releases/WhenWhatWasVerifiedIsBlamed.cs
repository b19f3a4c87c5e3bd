using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Releases;

/// <summary>A service of a release was verified, and is found to be to blame for another one that got worse.</summary>
public sealed class WhenWhatWasVerifiedIsBlamed
{
    private static readonly PartStage Blamed = new PartStage.Verified("cart got worse, and this is to blame");

    [Fact]
    public void All_that_the_release_has_moved_is_taken_back_in_reverse_order()
    {
        var release = new PassageScenario("a; b: a; c: b").Leased().Verified("a").Verified("b").Each("a", Blamed);
        Assert.Equal(3, release.Told.OfType<EffectAction.HaltRollout>().Count());

        release.Halted("a b c");
        Assert.Equal("c", release.Undone);
        Assert.Contains(
            "this is to blame", Assert.IsType<PassageStage.GoingBack>(release.State.Stage).Cause.Text,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(OnFailure.Hold)]
    [InlineData(OnFailure.RollbackService)]
    public void Where_it_was_not_to_be_taken_back_whole_a_person_says_what_follows(OnFailure onFailure)
    {
        PassageScenario Holding() => new PassageScenario(
            "a; b: a", spec => spec with { OnFailure = onFailure }).Leased().Verified("a").Each("a", Blamed);

        var held = Holding();
        Assert.Equal(PassagePhase.Paused, held.State.Phase);
        Assert.Contains(
            ExplainPassage.Of(held.Spec, held.Row, _ => null, held.Now).Because,
            why => why.Contains("this is to blame", StringComparison.Ordinal));

        Assert.Equal(PassagePhase.Succeeded, held.Resumed().Verified("b").State.Phase);
        Assert.Equal("b", Holding().Aborted().Halted("a b").Undone);
    }

    [Fact]
    public void So_it_is_beside_one_that_went_back_alone()
    {
        var release = new PassageScenario(
            "a; b; c: a", spec => spec with { OnFailure = OnFailure.RollbackService })
            .Leased().Verified("a").Failed("b").Back("b").Each("a", Blamed);

        Assert.Equal(PassagePhase.Paused, release.State.Phase);
        Assert.Equal(PassagePhase.Partial, release.Resumed().Verified("c").State.Phase);
    }

    [Fact]
    public void What_is_taken_back_already_goes_on()
    {
        var release = new PassageScenario("a; b").Leased().Verified("a").Failed("b").Each("a", Blamed);

        Assert.Equal(PassagePhase.RollingBack, release.State.Phase);
        Assert.Equal("a", release.Halted("a").Undone);
    }
}
