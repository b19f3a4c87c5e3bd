using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Identity;

/// <summary>By the rules and the examples of semver.org 2.0.0.</summary>
public sealed class WhenVersionsAreCompared
{
    private static readonly string[] Rising =
    [
        "0.0.0", "0.9.0", "1.0.0-0", "1.0.0-2", "1.0.0-11", "1.0.0--", "1.0.0-alpha", "1.0.0-alpha.1",
        "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.9.0", "1.10.0",
        "2.0.0", "2.1.0", "2.1.1", "10.0.0", "99999999999999999999999.0.0", "100000000000000000000000.0.0",
    ];

    [Fact]
    public void Each_is_less_than_all_that_come_after_it()
    {
        for (var i = 0; i < Rising.Length; i++)
        {
            for (var j = 0; j < Rising.Length; j++)
            {
                var difference = SemanticVersion.Compare(Read(Rising[i]), Read(Rising[j]));
                Assert.True(Math.Sign(difference) == Math.Sign(i - j), $"{Rising[i]} and {Rising[j]}: {difference}");
            }
        }
    }

    [Theory]
    [InlineData("1.9.0+build.7", "1.9.0")]
    [InlineData("1.0.0-rc.1+20130313144700", "1.0.0-rc.1+exp.sha.5114f85")]
    public void What_stands_behind_a_plus_counts_for_nothing(string one, string other) =>
        Assert.Equal(0, SemanticVersion.Compare(Read(one), Read(other)));

    [Theory]
    [InlineData("1.0.0-0A.is.legal")]
    [InlineData("1.1.2-prerelease+meta")]
    [InlineData("1.0.0+0.build.1-rc.10000aaa-kk-0.1")]
    [InlineData("1.0.0----RC-SNAPSHOT.12.9.1--.12+788")]
    public void These_are_versions(string text) => Assert.NotNull(SemanticVersion.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("1")]
    [InlineData("1.10")]
    [InlineData("v1.9.0")]
    [InlineData("1.9.0 ")]
    [InlineData("1.9.0\n")]
    [InlineData("01.1.1")]
    [InlineData("1.01.1")]
    [InlineData("1.2.3-01")]
    [InlineData("1.2.3-")]
    [InlineData("1.2.3-a..b")]
    [InlineData("1.2.3+")]
    [InlineData("1.2.3.4")]
    [InlineData("1.2.-3")]
    [InlineData("build-77")]
    [InlineData("١.٢.٣")]
    public void And_these_are_not(string? text) => Assert.Null(SemanticVersion.Parse(text));

    [Theory]
    [InlineData("1.9.0", true)]
    [InlineData("1.9.1", true)]
    [InlineData("1.10.0", true)]
    [InlineData("2.0.0-rc.1", true)]
    [InlineData("1.9.0-rc.1", false)]
    [InlineData("1.8.99", false)]
    [InlineData("build-77", false)]
    [InlineData(null, false)]
    public void A_requirement_is_met_by_its_version_and_later_ones(string? stable, bool isMet) => Assert.Equal(
        isMet,
        new Requirement(ServiceName.From("cart"), VersionName.From("1.9.0")).IsMetBy(VersionName.Parse(stable)));

    private static SemanticVersion Read(string text) =>
        SemanticVersion.Parse(text) ?? throw new InvalidOperationException($"{text} is no version");
}
