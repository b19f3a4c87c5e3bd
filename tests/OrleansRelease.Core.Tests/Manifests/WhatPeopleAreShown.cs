using System.Text.RegularExpressions;
using OrleansRelease.Core.Manifests;

namespace OrleansRelease.Core.Tests.Manifests;

public sealed partial class WhatPeopleAreShown
{
    [Fact]
    public void Every_sample_reads_without_a_problem()
    {
        foreach (var file in Samples.Files.Concat(Samples.GoodFiles))
        {
            var reading = ManifestReader.Read(File.ReadAllText(file), Path.GetFileName(file));
            Assert.Equal([], reading.Problems.Select(problem => problem.ToString()));
            Assert.NotEmpty(reading.Manifests);
        }
    }

    [Fact]
    public void Every_manifest_of_the_readme_reads_without_a_problem()
    {
        var blocks = Yaml().Matches(File.ReadAllText(Path.Combine(Samples.Root, "README.md"))).ToList();

        Assert.NotEmpty(blocks);
        Assert.All(blocks, block => Assert.Equal(
            [],
            ManifestReader.Read(block.Groups[1].Value, "README.md").Problems.Select(problem => problem.ToString())));
    }

    [GeneratedRegex("^```yaml\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Yaml();
}
