using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Tests.Manifests;

namespace OrleansRelease.Core.Tests.Releases;

public sealed class ReleasesAsPeopleWriteThem
{
    private static readonly string Folder = Path.Combine(
        Samples.Root, "tests", "OrleansRelease.Core.Tests", "Releases");

    private static string Shop => File.ReadAllText(Path.Combine(Folder, "Good", "shop.yaml"));

    public static TheoryData<string> Bad =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Folder, "Bad"), "*.yaml")
            .Select(file => Path.GetFileName(file)).Order(),
    ];

    [Theory]
    [MemberData(nameof(Bad))]
    public void Each_mistake_is_answered_with_the_place_the_value_the_reason_and_what_would_be_right(string name)
    {
        var path = Path.Combine(Folder, "Bad", name);
        var problems = ReleaseText.Read(File.ReadAllText(path), name).Problems
            .Select(problem => $"{problem.Code} {problem}").ToList();
        var expected = Path.ChangeExtension(path, ".expected");
        if (Environment.GetEnvironmentVariable("OREL_UPDATE_GOLDEN") == "1") File.WriteAllLines(expected, problems);

        Assert.Equal(File.ReadAllLines(expected), problems);
        Assert.NotEmpty(problems);
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public void No_release_with_a_problem_is_read(string name)
    {
        var reading = ReleaseText.Read(File.ReadAllText(Path.Combine(Folder, "Bad", name)), name);

        Assert.True(reading.Releases.Length <= (name.Contains("twice", StringComparison.Ordinal) ? 1 : 0));
    }

    [Fact]
    public void All_that_can_be_said_of_one_is_read()
    {
        var release = ReleaseText.Read(Shop, "shop.yaml").Releases[0];

        Assert.Equal("shop-2026.11.3", release.Metadata.Name);
        Assert.Equal(["cart", "catalog", "checkout"], release.Spec.Services.Keys);
        Assert.Equal("2.4.0", $"{release.Spec.Services["catalog"].Version}");
        Assert.StartsWith("sha256:ff14", release.Spec.Services["catalog"].Digest, StringComparison.Ordinal);
        Assert.Equal(ServiceName.From("catalog"), Assert.Single(release.Spec.Services["cart"].Needs!.Value));
        Assert.Equal(OnFailure.RollbackRelease, release.Spec.OnFailure);
        Assert.Equal(Otherwise.Wait, Assert.Single(release.Spec.Requires!.Value).Otherwise);
        Assert.Equal(TimeSpan.FromMinutes(10), release.Spec.Rollback!.Within);
    }

    [Fact]
    public void One_is_the_same_after_it_was_stored_and_after_it_was_written_out()
    {
        foreach (var release in ReleaseText.Read(Shop, "shop.yaml").Releases)
        {
            var json = Vocabulary.Write(release);
            Assert.Equal(json, Vocabulary.Write(Vocabulary.Read<ReleaseManifest>(json)));
            var again = ReleaseText.Read(ReleaseText.Write(release), "long.yaml");
            Assert.Empty(again.Problems);
            Assert.Equal(json, Vocabulary.Write(Assert.Single(again.Releases)));
        }
    }

    [Fact]
    public void Whoever_applies_one_is_told_that_it_is_not_yet_supported() => Assert.Equal(
        [ProblemCode.NotYetSupported, ProblemCode.NotYetSupported],
        ManifestReader.Read(Shop, "shop.yaml").Problems.Select(problem => problem.Code));

    [Theory]
    [InlineData("shop-2026.11.3", true)]
    [InlineData("a", true)]
    [InlineData("a..b", false)]
    [InlineData(".a", false)]
    [InlineData("a-", false)]
    [InlineData("A", false)]
    [InlineData("a-.b", false)]
    [InlineData("", false)]
    public void A_release_may_have_dots_in_its_name(string text, bool isName) =>
        Assert.Equal(isName, ReleaseName.Parse(text) is not null);
}
