namespace OrleansRelease.Core.Tests.Simulation;

/// <summary>Seeds that once broke an invariant, whatever they grow into as the world changes.</summary>
public class KeptSeeds
{
    [Theory]
    [InlineData(177)]
    [InlineData(668)]
    [InlineData(697)]
    [InlineData(1134)]
    [InlineData(1516)]
    [InlineData(1827)]
    [InlineData(1930)]
    [InlineData(6539)]
    [InlineData(7342)]
    public void A_seed_that_failed_once_holds(int seed)
    {
        if (SeededWorlds.Violation(seed, new Coverage()) is not null) Assert.Fail(SeededWorlds.Story(seed));
    }
}
