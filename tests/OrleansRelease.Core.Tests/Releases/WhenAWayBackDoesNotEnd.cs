using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Releases;

/// <summary>A rollout does not answer, or got stuck, and a person looks at its release.</summary>
public sealed class WhenAWayBackDoesNotEnd
{
    private static readonly ServiceName Api = ServiceName.From("api");

    private static readonly PassageInput.Leave LeaveApi = new(Api, PassageScenario.Anna, "its row is gone");

    private static PassageScenario ApiIsSilent => new PassageScenario("web: api; api: db; db").Leased()
        .Verified("db api").Aborted().Halted("web db").After(PassageLimits.HaltWithin).Back("web");

    private static PassageScenario OneIsStuckAlone => new PassageScenario(
        "cart; search", spec => spec with { OnFailure = OnFailure.RollbackService }).Leased()
        .Failed("cart").Stuck("cart");

    [Fact]
    public void Who_does_not_answer_is_left_or_told_again_when_it_has_taken_longer_than_was_announced()
    {
        var release = ApiIsSilent;
        Assert.IsType<PartStage.Undoing>(release.StageOf("api"));
        Assert.Equal(RefusalCodes.NotFailed, release.Ask(LeaveApi)?.Code);

        release.After(TimeSpan.FromHours(1));
        Assert.Equal("api", release.Asked(new PassageInput.Retry(PassageScenario.Anna, null)).Undone);
        release.Asked(LeaveApi);

        Assert.Equal("db", release.Undone);
        Assert.Equal(PassagePhase.RolledBack, release.Back("db").State.Phase);
    }

    [Fact]
    public void Who_takes_itself_back_and_says_nothing_more_is_left_as_well()
    {
        var release = new PassageScenario("api: db; db").Leased().Verified("db").Failed("api").Halted("db")
            .After(TimeSpan.FromHours(1));

        Assert.Equal("db", release.Asked(LeaveApi).Undone);
    }

    [Fact]
    public void What_is_left_is_told_so_until_it_hears_it_also_when_its_release_has_ended()
    {
        var release = ApiIsSilent.After(TimeSpan.FromHours(1)).Back("db").Asked(LeaveApi);

        var told = Assert.Single(release.Told.OfType<EffectAction.LeaveRollout>());
        Assert.Equal(("api.production.7", "its row is gone"), ($"{told.Rollout}", told.Reason));
        var stuck = OneIsStuckAlone.Verified("search").Asked(LeaveApi with { Service = ServiceName.From("cart") });
        Assert.Equal(PassagePhase.Partial, stuck.State.Phase);
        Assert.Single(stuck.Told.OfType<EffectAction.LeaveRollout>());
    }

    [Fact]
    public void A_service_that_is_stuck_alone_is_a_failure_that_a_person_retries_or_leaves()
    {
        var release = OneIsStuckAlone.Verified("search");
        Assert.Equal(PassagePhase.Failed, release.State.Phase);

        Assert.Equal("cart", release.Asked(new PassageInput.Retry(PassageScenario.Anna, null)).Undone);
        Assert.Equal(PassagePhase.Progressing, release.State.Phase);
        Assert.Equal(PassagePhase.Partial, release.Back("cart").State.Phase);
    }

    [Fact]
    public void What_was_announced_once_is_kept_whatever_becomes_known_later()
    {
        var release = new PassageScenario("web: cart; cart: catalog; catalog").Leased().Verified("catalog cart")
            .Aborted().Halted("web catalog").After(PassageLimits.HaltWithin);
        var announced = Assert.IsType<PassageStage.GoingBack>(release.State.Stage).Deadline;

        release.After(TimeSpan.FromMinutes(2)).Halted("cart", new Happened(Deployed: true, Exposed: false));

        var later = Assert.IsType<PassageStage.GoingBack>(release.State.Stage);
        Assert.Equal((2, announced), (later.Plan.Number, later.Deadline));
        release.After(announced - release.Now).Halted("cart", new Happened(Deployed: false, Exposed: true));
        later = Assert.IsType<PassageStage.GoingBack>(release.State.Stage);
        Assert.Equal((3, true), (later.Plan.Number, later.Overdue));
    }

    [Fact]
    public void An_answer_of_which_the_bell_was_lost_is_read_soon_until_a_person_was_told()
    {
        var release = new PassageScenario("a; b").Leased().Verified("a").Aborted();
        Assert.Equal(release.Now + PassageLimits.ReadBackAgainAfter, release.Row.NextWake);

        release.Halted("a b").After(PassageLimits.ReadBackAgainAfter).Take(new PassageInput.Heard([]));
        Assert.Equal(release.Now + PassageLimits.ReadBackAgainAfter, release.Row.NextWake);

        release.After(TimeSpan.FromHours(1)).Take(new PassageInput.Heard([]));
        Assert.Equal(release.Now + PassageLimits.ReadAgainAfter, release.Row.NextWake);
    }

    [Fact]
    public void What_stops_and_takes_back_waits_behind_nothing_that_goes_forward()
    {
        var release = new PassageScenario("a; b").Leased().Verified("a").Aborted();
        Assert.Equal([Direction.Back, Direction.Back], DirectionsOf(release));

        Assert.Equal([Direction.Back, Direction.Back], DirectionsOf(release.Halted("a b")));
    }

    // The newest write's: the outbox forgets who has heard.
    private static IEnumerable<Direction> DirectionsOf(PassageScenario release) => release.ToldEffects
        .Where(effect => effect.Action is EffectAction.HaltRollout or EffectAction.TakeBackRollout)
        .Select(effect => effect.Direction);
}
