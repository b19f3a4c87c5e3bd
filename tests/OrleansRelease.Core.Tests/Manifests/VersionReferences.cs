using OrleansRelease.Core.Manifests;

namespace OrleansRelease.Core.Tests.Manifests;

public sealed class VersionReferences
{
    private const string Digest = "sha256:ff14708b6b08703db8aab957ced25ecb5d4a68edf395b11fd79f41684ced5b16";

    [Theory]
    [InlineData("2.4.0", "2.4.0", null)]
    [InlineData("2.4.0@" + Digest, "2.4.0", Digest)]
    [InlineData("build@main", "build@main", null)]
    public void Are_a_version_with_or_without_its_digest(string text, string version, string? digest)
    {
        var reference = VersionReference.Parse(text);

        Assert.NotNull(reference);
        Assert.Equal((version, digest), (reference.Version.ToString(), reference.Digest));
        Assert.Equal(text, reference.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("@" + Digest)]
    [InlineData("2.4.0@sha256:FF14")]
    [InlineData(" 2.4.0")]
    public void Are_not_guessed(string? text) => Assert.Null(VersionReference.Parse(text));
}
