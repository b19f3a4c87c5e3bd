using OrleansRelease.Core.Catalogue;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Tests.Manifests;

namespace OrleansRelease.Core.Tests.Releases;

public sealed class ReleasesAsPeopleWriteThem
{
    [Fact]
    public void All_that_can_be_said_of_one_is_read()
    {
        var release = Samples.Only<ReleaseManifest>(
            File.ReadAllText(Samples.GoodFiles.Single(file => Path.GetFileName(file) == "releases.yaml")),
            "shop-2026.11.3");

        Assert.Equal(["cart", "catalog", "checkout"], release.Spec.Services.Keys);
        Assert.Equal("2.4.0", $"{release.Spec.Services["catalog"].Version}");
        Assert.StartsWith("sha256:ff14", release.Spec.Services["catalog"].Digest, StringComparison.Ordinal);
        Assert.Equal(ServiceName.From("catalog"), Assert.Single(release.Spec.Services["cart"].Needs!.Value));
        Assert.Equal(OnFailure.RollbackRelease, release.Spec.OnFailure);
        Assert.Equal(Otherwise.Wait, Assert.Single(release.Spec.Requires!.Value).Otherwise);
        Assert.Equal(TimeSpan.FromMinutes(10), release.Spec.Rollback!.Within);
        Assert.Equal(
            new ReleaseStabilise(TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30)), release.Spec.Stabilise);
    }

    [Theory]
    [InlineData("shop-2026.11.3", true)]
    [InlineData("a", true)]
    [InlineData("a..b", false)]
    [InlineData(".a", false)]
    [InlineData("a-", false)]
    [InlineData("A", false)]
    [InlineData("a-.b", false)]
    [InlineData("", false)]
    public void A_release_may_have_dots_in_its_name(string text, bool isName)
    {
        Assert.Equal(isName, ReleaseName.Parse(text) is not null);
        Assert.Equal(isName, ManifestKey.Parse($"Release/{text}") is not null);
        Assert.Equal(
            isName && !text.Contains('.', StringComparison.Ordinal), ManifestKey.Parse($"Service/{text}") is not null);
    }
}
