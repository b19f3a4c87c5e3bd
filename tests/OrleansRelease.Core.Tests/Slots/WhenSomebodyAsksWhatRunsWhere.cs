using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Slots;

namespace OrleansRelease.Core.Tests.Slots;

public sealed class WhenSomebodyAsksWhatRunsWhere
{
    [Fact]
    public void It_is_known_which_rollout_has_brought_the_stable_version_and_who_has_the_slot()
    {
        var slot = new SlotScenario().Given("1.0.0").Start("2.0.0").Start("3.0.0");

        var standing = Standing.Of(slot.State);

        Assert.Equal((VersionName.From("1.0.0"), SlotScenario.Id(1), null), (
            standing.Stable, standing.Rollout, standing.Passage));
        Assert.Equal((SlotScenario.Id(2), VersionName.From("2.0.0")), (
            standing.Holder!.Rollout, standing.Holder.Version));
        Assert.Equal((1, null), (standing.Waiting, standing.Trouble));
    }

    [Fact]
    public void A_version_that_a_release_has_brought_is_said_to_be_of_that_release()
    {
        var slot = new SlotScenario().Claim("shop").Return("shop", completed: true);
        Assert.Equal(ReleaseName.From("shop"), Standing.Of(slot.State).Passage?.Release);
    }

    [Fact]
    public void A_version_that_a_person_took_over_is_said_to_be_that_persons()
    {
        var slot = new SlotScenario().Given("1.0.0").Restored().Seen("9.0.0").Accepted();
        Assert.Equal((VersionName.From("9.0.0"), ActorName.From("tester"), null), (
            Standing.Of(slot.State).Stable, Standing.Of(slot.State).AdoptedBy, Standing.Of(slot.State).Rollout));
    }

    [Fact]
    public void A_row_of_a_build_before_tells_it_from_what_has_ended()
    {
        var state = new SlotScenario().Given("1.0.0").State;
        state = state with { Stable = state.Stable! with { Rollout = null } };
        Assert.Equal(SlotScenario.Id(1), Standing.Of(state).Rollout);
    }
}
