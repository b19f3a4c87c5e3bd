using System.Text.RegularExpressions;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Planning;

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
        Assert.NotEmpty(ReadmeBlocks());
        Assert.All(ReadmeBlocks(), block => Assert.Equal(
            [], ManifestReader.Read(block, "README.md").Problems.Select(problem => problem.ToString())));
    }

    [Fact]
    public void The_service_of_the_readme_can_be_started_with_what_lies_beside_it_in_the_quickstart()
    {
        var beside = Samples.Files.Where(file => file.Contains("quickstart", StringComparison.Ordinal))
            .SelectMany(file => ManifestReader.Read(File.ReadAllText(file), file).Manifests).ToList();
        var shown = ReadmeBlocks().SelectMany(block => ManifestReader.Read(block, "README.md").Manifests).ToList();
        var environment = Assert.Single(beside.OfType<EnvironmentManifest>());

        foreach (var service in shown.Concat(beside).OfType<ServiceManifest>())
        {
            var spec = Assert.IsType<Resolution.Resolved>(RolloutSpecs.Resolve(
                service, environment, Named<AnalysisTemplateManifest>, Named<StrategyManifest>,
                VersionName.From("2.0.0"), digest: null)).Spec;
            Assert.Equal(
                ["from-router/errors", "restarts/restarts"], spec.Background.Select(metric => metric.Name).Order());
            var plan = RolloutPlan.Of(spec, "any", VersionName.From("1.0.0"));
            Assert.True(plan.IsReady, string.Join('\n', plan.Refusals.Select(refusal => refusal.Reason)));
        }

        Assert.Equal(
            beside.OfType<ServiceManifest>().Select(Vocabulary.Write),
            shown.OfType<ServiceManifest>().Select(Vocabulary.Write));

        T? Named<T>(string name)
            where T : Manifest => beside.Concat(shown).OfType<T>().FirstOrDefault(manifest => manifest.Name == name);
    }

    private static IReadOnlyList<string> ReadmeBlocks() =>
    [
        .. Yaml().Matches(File.ReadAllText(Path.Combine(Samples.Root, "README.md")))
            .Select(block => block.Groups[1].Value),
    ];

    [GeneratedRegex("^```yaml\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Yaml();
}
