using System.Collections.Immutable;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Promotion;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Tests.Manifests;

public sealed class WaysOfReleases
{
    [Theory]
    [InlineData("staging, production", "staging; production", "staging; production: staging")]
    [InlineData("staging, production", "staging; production: staging 2h", "staging; production: staging 2h")]
    [InlineData(null, "production: staging 2h; staging; sandbox", "staging; production: staging 2h")]
    [InlineData(null, "west: staging; east: staging; staging; world: east, west 1h",
        "staging; east: staging; west: staging; world: east, west 1h")]
    public void It_goes_where_it_says_or_where_promotion_leads(string? said, string known, string way) =>
        Assert.Equal(way, Text(Resolve(said, known, null)));

    [Fact]
    public void Where_nothing_is_said_it_goes_where_somebody_starts_it() =>
        Assert.Equal("sandbox", Text(Resolve(null, "sandbox; staging", "sandbox")));

    [Theory]
    [InlineData(null, "staging; production", RefusalCodes.BadRoute)]
    [InlineData("staging, moon", "staging", RefusalCodes.NotFound)]
    [InlineData("production", "staging; production: staging", RefusalCodes.BadRoute)]
    [InlineData("production, staging", "staging; production: staging", RefusalCodes.BadRoute)]
    [InlineData(null, "staging: production; production: staging", RefusalCodes.BadRoute)]
    public void What_leads_nowhere_is_refused_with_what_would_be_right(string? said, string known, string code)
    {
        var refused = Assert.IsType<RouteResolution.Refused>(Resolve(said, known, null)).Refusal;

        Assert.Equal(code, refused.Code);
        Assert.NotEmpty(refused.Accepted ?? "");
    }

    private static RouteResolution Resolve(string? said, string known, string? asked) => ReleaseRoutes.Resolve(
        new ReleaseManifest(
            new ManifestHead("shop-1"),
            new ReleaseSpec(
                ImmutableSortedDictionary<string, ReleaseEntry>.Empty,
                Environments: said?.Split(", ").Select(one => EnvironmentName.From(one)).ToImmutableArray())),
        [.. known.Split("; ").Select(one => one.Split(": ")).Select(one => new EnvironmentManifest(
            new ManifestHead(one[0]),
            new EnvironmentSpec(After: one.Length == 1 ? null : [.. one[1].Split(", ").Select(Rule)])))],
        EnvironmentName.Parse(asked));

    private static PromotionRule Rule(string text) => text.Split(' ') is [var environment, var soak]
        ? new(EnvironmentName.From(environment), Duration.Parse(soak))
        : new(EnvironmentName.From(text));

    private static string Text(RouteResolution way) => string.Join(
        "; ", Assert.IsType<RouteResolution.Resolved>(way).Route.Environments.Select(one =>
            one.After.IsEmpty
                ? $"{one.Environment}"
                : $"{one.Environment}: " + string.Join(", ", one.After.Select(Before))));

    private static string Before(ComesAfter before) => before.Soak > TimeSpan.Zero
        ? $"{before.Environment} {Duration.Format(before.Soak)}"
        : $"{before.Environment}";
}
