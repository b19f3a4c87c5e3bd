using OrleansRelease.Benchmarks;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Tests.Rollouts;

/// <summary>What benchmarks and load tests take for the main job has to be it, also under new rules.</summary>
public sealed class TheMeasuredCanary
{
    [Fact]
    public void Comes_to_its_good_end_through_all_of_its_steps()
    {
        var state = Canary.RunToEnd(maxTransitions: 1_000).Row.State!;

        Assert.Equal((Phase.Succeeded, Weight.All), (state.Phase, state.Exposure.Confirmed));
    }
}
