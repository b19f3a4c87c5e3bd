using OrleansRelease.Core.Manifests;

namespace OrleansRelease.Core.Tests.Manifests;

public sealed class Differences
{
    private const string Before =
        """
        apiVersion: orleansrelease/v1
        kind: Strategy
        metadata: {name: careful}
        spec: {canary: {weights: [1, 10, 50], each: 10m}}
        """;

    [Fact]
    public void Only_the_lines_that_say_something_else_are_changed()
    {
        var before = Samples.Only<StrategyManifest>(Before);
        var after = Samples.Only<StrategyManifest>(Before
            .Replace("[1, 10, 50]", "[1, 25, 50]", StringComparison.Ordinal)
            .Replace("each: 10m", "each: 10m, verify: 1h", StringComparison.Ordinal));

        var lines = ManifestDiff.Of(before, after).Where(line => line.Kind != DiffKind.Same)
            .Select(line => line.ToString());

        Assert.Equal(["-       - 10", "+       - 25", "+     verify: 1h"], lines);
    }

    [Fact]
    public void Another_way_to_write_the_same_is_no_difference()
    {
        var before = Samples.Only<StrategyManifest>(Before);
        var after = Samples.Only<StrategyManifest>(Before.Replace("10m", "600s", StringComparison.Ordinal));

        Assert.All(ManifestDiff.Of(before, after), line => Assert.Equal(DiffKind.Same, line.Kind));
    }

    [Fact]
    public void What_was_not_there_is_new_in_every_line()
    {
        var after = Samples.Only<StrategyManifest>(Before);

        var lines = ManifestDiff.Of(null, after);

        Assert.All(lines, line => Assert.Equal(DiffKind.Added, line.Kind));
        Assert.Equal(ManifestText.Write(after), string.Concat(lines.Select(line => line.Text + "\n")));
    }

    [Fact]
    public void Two_very_different_manifests_still_have_a_difference_soon()
    {
        var before = Samples.Only<ServiceManifest>(Command("a"));
        var after = Samples.Only<ServiceManifest>(Command("b"));

        var lines = ManifestDiff.Of(before, after);

        Assert.Equal(200, lines.Count(line => line.Kind == DiffKind.Removed));
        Assert.Equal(200, lines.Count(line => line.Kind == DiffKind.Added));
    }

    private static string Command(string word) =>
        "apiVersion: orleansrelease/v1\nkind: Service\nmetadata: {name: a}\nspec:\n"
        + "  workload:\n    process:\n      command:\n"
        + string.Concat(Enumerable.Range(0, 200).Select(i => $"        - {word}{i}\n"));
}
