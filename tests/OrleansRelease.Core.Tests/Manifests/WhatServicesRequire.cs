using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Manifests;

public sealed class WhatServicesRequire
{
    private static readonly EnvironmentManifest Lab = Samples.Only<EnvironmentManifest>("""
        apiVersion: orleansrelease/v1
        kind: Environment
        metadata: {name: lab}
        spec:
          connections: {target: {memory: {}}, traffic: {memory: {}}, metrics: {memory: {}}}
        """);

    [Fact]
    public void Only_what_says_a_version_is_required_and_both_are_shown()
    {
        var checkout = Service("checkout", "[catalog, {service: cart, atLeast: 1.9.0}]");
        Assert.Equal("cart 1.9.0 or later", $"{Assert.Single(SpecOf(checkout).Requires ?? [])}");

        var shown = Effective.Of(checkout, Lab, _ => null, _ => null);
        Assert.Contains(new EffectiveValue("dependsOn[0].service", "catalog", "service"), shown.Values);
        Assert.Contains(new EffectiveValue("dependsOn[1].atLeast", "1.9.0", "service"), shown.Values);
        Assert.Contains("  - service: catalog  # service\n", ManifestText.Write(shown), StringComparison.Ordinal);
        Assert.Null(SpecOf(Service("cart", "[catalog]")).Requires);
    }

    [Fact]
    public void A_plan_says_how_things_stand()
    {
        var spec = SpecOf(Service("checkout", "[{service: cart, atLeast: 1.9.0}]"));
        PlannedWait Planned(string? stable) => Assert.Single(RolloutPlan.Of(
            spec, "any", null, [new StableOf(ServiceName.From("cart"), VersionName.Parse(stable))]).WaitsFor ?? []);

        Assert.True(Planned("1.10.0").IsMet);
        Assert.False(Planned("1.8.2").IsMet);
        Assert.Equal("nothing of cart is stable there, and at least 1.9.0 is required", Planned(null).Text());
    }

    [Fact]
    public void What_cannot_be_compared_is_refused_at_the_start()
    {
        var spec = SpecOf(Service("checkout", "[{service: cart, atLeast: 1.9.0}]"));
        var refusal = Assert.Single(RolloutPlan.Of(
            spec, "any", null, [new StableOf(ServiceName.From("cart"), VersionName.From("build-77"))]).Refusals);
        Assert.Equal(RefusalCodes.BadVersion, refusal.Code);
        Assert.Contains("cart in lab is at build-77", refusal.Reason, StringComparison.Ordinal);

        // As a version before this one may have stored it.
        var stored = Service("checkout", "[]");
        stored = stored with
        {
            Spec = stored.Spec with { DependsOn = [new(ServiceName.From("cart"), VersionName.From("1.9"))] },
        };
        var refused = Assert.IsType<Resolution.Refused>(Resolve(stored));
        Assert.Equal(RefusalCodes.BadVersion, refused.Refusal.Code);
    }

    [Theory]
    [InlineData("a", "a→a", "a a")]
    [InlineData("a", "a→b b→a", "a b a")]
    [InlineData("b", "a→b b→c c→a", "b c a b")]
    [InlineData("a", "a→b b→c c→d d→b", null)]
    [InlineData("d", "a→b b→c c→d d→b", "d b c d")]
    [InlineData("a", "a→b a→c b→d c→d", null)]
    [InlineData("a", "a→b b→c c→a b→a", "a b a")]
    [InlineData("a", "", null)]
    public void A_circle_is_found_with_its_path(string from, string edges, string? path)
    {
        var required = edges.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(edge => edge.Split('→'))
            .ToLookup(edge => edge[0], edge => new Requirement(ServiceName.From(edge[1]), VersionName.From("1.0.0")));
        var found = Requirements.Cycle(ServiceName.From(from), name => required[$"{name}"]);
        Assert.Equal(path, found is { } circle ? string.Join(' ', circle) : null);
    }

    private static RolloutSpec SpecOf(ServiceManifest service) => Resolve(service) switch
    {
        Resolution.Resolved resolved => resolved.Spec,
        Resolution.Refused refused => throw new InvalidOperationException(refused.Refusal.Reason),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static Resolution Resolve(ServiceManifest service) =>
        RolloutSpecs.Resolve(service, Lab, _ => null, _ => null, VersionName.From("3.2.0"), null);

    private static ServiceManifest Service(string name, string dependsOn) => Samples.Only<ServiceManifest>(
        "apiVersion: orleansrelease/v1\nkind: Service\n"
        + $"metadata: {{name: {name}}}\nspec: {{owner: shop, dependsOn: {dependsOn}}}\n");
}
