using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Tests.Rollouts;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Tests.Planning;

public sealed class WhenNothingRunsThereYet
{
    private static readonly RolloutSpec Canary = RolloutScenario.Plain with
    {
        Traffic = RolloutScenario.Plain.Traffic with { Adapter = TrafficConnection.Router },
    };

    [Fact]
    public void A_share_of_all_requests_is_refused_as_the_router_would()
    {
        var refusal = Assert.Single(RolloutPlan.Of(Canary, "sha256:two", baseline: null).Refusals);

        Assert.Equal(RefusalCodes.FirstVersion, refusal.Code);
        Assert.Equal(
            "2.0 is the first version there: nobody would answer what is not in its 5 %", refusal.Reason);
        Assert.True(RolloutPlan.Of(Canary, "sha256:two", VersionName.From("1.0")).IsReady);
    }

    [Fact]
    public void All_at_once_it_begins()
    {
        var first = Canary with
        {
            Steps = [new Step.Deploy(), new Step.SetWeight(Weight.All), new Step.Verify(TimeSpan.FromMinutes(2))],
        };

        Assert.True(RolloutPlan.Of(first, "sha256:two", baseline: null).IsReady);
    }
}
