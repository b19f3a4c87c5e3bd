using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;

namespace OrleansRelease.Core.Tests.Releases;

/// <summary>The record of a release is a backup's, and the world has gone on.</summary>
public sealed class WhenTheStoreIsRestored
{
    [Fact]
    public void What_was_verified_is_waited_for_before_anything_begins_that_needs_it()
    {
        var release = new PassageScenario("catalog; cart: catalog; web: cart").Leased().Verified("catalog");

        release.Restored();
        Assert.IsType<PartStage.Moving>(release.StageOf("catalog"));
        release.Verified("cart");
        Assert.Equal("", release.Begun);

        release.Verified("catalog");
        Assert.Equal("web", release.Begun);
    }

    [Fact]
    public void It_has_not_succeeded_before_all_of_it_was_seen_again()
    {
        var release = new PassageScenario("catalog; cart").Leased().Verified("catalog").Restored();

        release.Verified("cart");
        Assert.Equal(PassagePhase.Progressing, release.State.Phase);

        release.Verified("catalog");
        Assert.Equal(PassagePhase.Succeeded, release.State.Phase);
    }

    [Fact]
    public void The_first_that_is_heard_after_it_is_a_word_of_its_own()
    {
        var release = new PassageScenario("catalog; cart: catalog").Leased().Restored();

        Assert.Equal("cart", release.Verified("catalog").Begun);
    }

    [Fact]
    public void An_abort_stops_also_what_is_looked_at()
    {
        var release = new PassageScenario("catalog; cart: catalog").Leased().Verified("catalog").Restored().Aborted();

        Assert.Equal(
            ["cart", "catalog"],
            release.Told.OfType<EffectAction.HaltRollout>().Select(halt => $"{halt.Rollout.Slot.Service}").Order());
        Assert.Equal("cart", release.Halted("catalog cart").Undone);
    }

    [Fact]
    public void An_abort_asks_also_what_had_not_begun_by_the_record_and_takes_it_back_first()
    {
        var release = new PassageScenario("catalog; cart: catalog; web: cart").Leased().Verified("catalog").Restored();

        release.Aborted();

        var halts = release.Told.OfType<EffectAction.HaltRollout>()
            .ToDictionary(halt => $"{halt.Rollout.Slot.Service}", halt => halt.Lost);
        Assert.All(halts, halt => Assert.Equal(release.State.PartOf(ServiceName.From(halt.Key)).Grant, halt.Value));
        Assert.Equal(3, halts.Count);
        Assert.Equal("web", release.Halted("catalog cart web").Undone);
        var back = Assert.Single(release.Told.OfType<EffectAction.TakeBackRollout>());
        Assert.Equal(halts["web"], back.Lost);
        Assert.Equal("cart", release.Back("web").Undone);
    }

    [Fact]
    public void What_began_only_after_it_is_asked_as_ever_and_what_never_could_is_not()
    {
        var release = new PassageScenario("catalog; cart: catalog; web: cart").Leased().Verified("catalog");

        release.Aborted();

        Assert.All(release.Told.OfType<EffectAction.HaltRollout>(), halt => Assert.Null(halt.Lost));
        Assert.DoesNotContain(
            release.Told.OfType<EffectAction.HaltRollout>(), halt => $"{halt.Rollout.Slot.Service}" == "web");
    }

    [Fact]
    public void What_it_takes_back_it_goes_on_taking_back()
    {
        var release = new PassageScenario("catalog; cart: catalog").Leased().Verified("catalog").Aborted()
            .Halted("catalog cart").Restored();

        Assert.IsType<PartStage.Undoing>(release.StageOf("cart"));
        Assert.Equal("catalog", release.Back("cart").Undone);
    }
}
