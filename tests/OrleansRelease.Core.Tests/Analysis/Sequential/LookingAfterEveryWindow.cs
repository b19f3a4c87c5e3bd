using OrleansRelease.LoadTests.Judges;
using OrleansRelease.LoadTests.Judges.Traffic;

namespace OrleansRelease.Core.Tests.Analysis.Sequential;

/// <summary>Simulated rollouts through counters and buckets; <c>judges</c> of the load tests takes many more.</summary>
public sealed class LookingAfterEveryWindow
{
    private static readonly JudgesPlan Plan = new(Rollouts: 200, Seed: 5);

    public static TheoryData<string> Shapes() => [.. TrafficShape.All.Select(shape => shape.Name)];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Two_equal_versions_are_almost_never_called_different(string shape)
    {
        var alarms = JudgesRun.Equal(Of(shape), Plan, default);

        Assert.InRange(alarms.Rollout, 0, 0.01);
        Assert.InRange(alarms.ManyWithMargin, 0, 0.01);
    }

    [Theory]
    [InlineData("errors 0.1 -> 1 %")]
    [InlineData("errors 1 -> 2 %")]
    [InlineData("all 25 % slower")]
    [InlineData("p99 25 % slower")]
    [InlineData("variance only")]
    [InlineData("tail only")]
    public void A_worse_canary_is_found_in_time(string defect)
    {
        var found = JudgesRun.Find(
            TrafficShape.Steady, JudgesRun.Defects.Single(one => one.Name == defect), Plan, default).First();

        Assert.Equal("sequential", found.Judge);
        Assert.InRange(found.ShareWithin, 0.9, 1);
    }

    [Fact]
    public void The_same_seed_gives_the_same_rollouts()
    {
        var series = SimulatedRollout.Run(TrafficShape.Bursty, Behaviour.Usual, Behaviour.Usual, new Random(7));
        var again = SimulatedRollout.Run(TrafficShape.Bursty, Behaviour.Usual, Behaviour.Usual, new Random(7));

        Assert.Equal(series.Select(pair => pair.CanaryErrors), again.Select(pair => pair.CanaryErrors));
        Assert.Equal(117, series.Count);
    }

    private static TrafficShape Of(string name) => TrafficShape.All.Single(shape => shape.Name == name);
}
