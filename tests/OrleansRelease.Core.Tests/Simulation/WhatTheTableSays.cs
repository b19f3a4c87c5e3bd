using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Simulation;

/// <summary>What is said to be impossible, rare or sure is held against what comes about.</summary>
public class WhatTheTableSays
{
    [Fact]
    public void Something_impossible_that_has_come_about_is_named()
    {
        var coverage = new Coverage();
        coverage.Count(Phase.Cancelled, new RolloutInput.Tick(), Faults.Redelivered);

        Assert.Contains(coverage.Surprising(mostOfRare: 1), found => found.Contains("no call was sent"));
    }

    [Fact]
    public void Something_rare_is_named_when_it_is_frequent()
    {
        var coverage = new Coverage();
        coverage.Count(Phase.Succeeded, new RolloutInput.Tick(), Faults.Outage);
        Assert.Empty(coverage.Surprising(mostOfRare: 1));

        coverage.Count(Phase.Succeeded, new RolloutInput.Tick(), Faults.Outage);
        Assert.Contains(coverage.Surprising(mostOfRare: 1), found => found.Contains("rare"));
    }

    [Fact]
    public void What_is_possible_and_not_rare_is_missed()
    {
        var missing = new Coverage().Missing().ToList();

        Assert.Contains("Succeeded <- Answered, Late", missing);
        Assert.Contains("Failed <- Answered, Late", missing);
    }

    [Fact]
    public void Nothing_is_both_rare_and_impossible() => Assert.DoesNotContain(
        new Coverage().Cells(),
        cell => Rare.Is(cell.Phase, cell.Input, cell.Fault)
            && Possible.WhyNever(cell.Phase, cell.Input, cell.Fault) is not null);
}
