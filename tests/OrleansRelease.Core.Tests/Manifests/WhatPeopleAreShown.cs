using OrleansRelease.Core.Manifests;

namespace OrleansRelease.Core.Tests.Manifests;

public sealed class WhatPeopleAreShown
{
    [Fact]
    public void Every_sample_reads_without_a_problem()
    {
        foreach (var file in Samples.Files)
        {
            var reading = ManifestReader.Read(File.ReadAllText(file), Path.GetFileName(file));
            Assert.Equal([], reading.Problems.Select(problem => problem.ToString()));
            Assert.NotEmpty(reading.Manifests);
        }
    }
}
