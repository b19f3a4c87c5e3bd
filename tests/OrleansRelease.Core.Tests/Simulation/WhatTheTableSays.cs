using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Simulation;

/// <summary>What is said to be impossible or sure is held against what comes about.</summary>
public class WhatTheTableSays
{
    [Fact]
    public void Something_impossible_that_has_come_about_is_named()
    {
        var coverage = new Coverage();
        coverage.Count(Phase.Cancelled, new RolloutInput.Tick(), Faults.Redelivered);

        Assert.Contains(coverage.Surprising(), found => found.Contains("no call was sent"));
    }

    [Fact]
    public void What_is_possible_is_missed()
    {
        var missing = new Coverage().Missing().Select(Coverage.Name).ToList();

        Assert.Contains("Succeeded <- Answered, Late", missing);
        Assert.Contains("Failed <- Answered, Late", missing);
    }
}
