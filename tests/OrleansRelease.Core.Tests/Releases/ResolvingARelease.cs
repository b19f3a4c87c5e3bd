using System.Collections.Immutable;
using System.Globalization;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Tests.Manifests;

namespace OrleansRelease.Core.Tests.Releases;

public sealed class ResolvingARelease
{
    private static readonly EnvironmentManifest Lab = Samples.Only<EnvironmentManifest>("""
        apiVersion: orleansrelease/v1
        kind: Environment
        metadata: {name: lab}
        spec:
          maxParallel: 7
          whenBusy: supersede
          connections: {target: {memory: {}}, traffic: {memory: {}}, metrics: {memory: {}}}
        """);

    private static readonly Dictionary<string, string> Shop = new()
    {
        ["catalog"] = "[]",
        ["cart"] = "[{service: catalog, atLeast: 2.0.0}, {service: payments, atLeast: 1.0.0}]",
        ["checkout"] = "[cart]",
    };

    [Fact]
    public void Order_rollouts_and_defaults_come_from_everywhere()
    {
        var resolved = Resolved("{catalog: 2.4.0, cart: 1.9.1, checkout: 3.2.0}");
        var spec = resolved.Spec;

        Assert.Equal("shop.lab", $"{spec.Release}.{spec.Environment}");
        Assert.Equal(["cart", "catalog", "checkout"], spec.Services.Select(service => $"{service.Service}"));
        Assert.Equal("catalog cart checkout", string.Join(' ', new PassageDecider(spec).Order.Forward));
        Assert.Equal(7, spec.MaxParallel);
        Assert.Equal((OnFailure.RollbackRelease, WhenBusy.Supersede), (spec.OnFailure, spec.WhenBusy));
        Assert.Null(spec.RollbackWithin);
        Assert.Equal("hash of cart 1.9.1", spec.Services[0].SpecHash);
        Assert.Equal(["checkout", "cart", "catalog"], resolved.Bound!.Chain.Reverse().Select(name => $"{name}"));
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(40, 7)]
    public void No_more_of_it_move_at_once_than_the_environment_lets(int said, int move) => Assert.Equal(
        move,
        Resolved(string.Create(CultureInfo.InvariantCulture, $"{{catalog: 2.4.0}}\n  maxParallel: {said}"))
            .Spec.MaxParallel);

    [Fact]
    public void What_the_release_itself_brings_is_not_waited_for()
    {
        var resolved = Resolved("{catalog: 2.4.0, cart: 1.9.1}");

        // Stable it is only when the release has completed, and that waits for the cart.
        var cart = resolved.Rollouts.Single(rollout => $"{rollout.Service}" == "cart");
        Assert.Equal("payments", $"{Assert.Single(cart.Requires!.Value).Service}");
    }

    // Whoever brings it may need one of these slots, and would wait for a release that waits for it.
    [Fact]
    public void What_others_bring_is_waited_for_before_a_slot_is_leased()
    {
        var spec = Resolved("{catalog: 2.4.0, cart: 1.9.1}").Spec;

        Assert.Equal(
            new PassageRequirement(Requires("payments", "1.0.0"), Otherwise.Wait), Assert.Single(spec.Requires));
    }

    [Fact]
    public void What_the_release_brings_too_old_is_refused() => Assert.Equal(
        "cart requires catalog 2.0.0 or later, and this release brings 1.9.0",
        Assert.Single(Refused("{catalog: 1.9.0, cart: 1.9.1}")).Reason);

    [Fact]
    public void Where_the_consumer_goes_first_its_provider_has_to_be_there_before_the_start()
    {
        var spec = Resolved("{catalog: {version: 2.4.0, needs: [cart]}, cart: 1.9.1}").Spec;

        Assert.Equal("cart catalog", string.Join(' ', new PassageDecider(spec).Order.Forward));
        Assert.Equal(
            [new(Requires("catalog", "2.0.0"), Otherwise.Refuse), new(Requires("payments", "1.0.0"), Otherwise.Wait)],
            spec.Requires.AsEnumerable());
    }

    [Fact]
    public void A_circle_over_release_and_catalogue_is_refused_with_all_else()
    {
        var refused = Refused(
            "{catalog: {version: 2.4.0, needs: [checkout]}, cart: 1.9.1, checkout: 3.2.0, news: 1.0.0}");

        Assert.Equal([RefusalCodes.NotFound, RefusalCodes.RequirementCycle], refused.Select(one => one.Code));
        Assert.StartsWith(
            "cart → catalog → checkout → cart: each would wait for the next", refused[1].Reason,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_release_goes_only_where_it_says_and_stands_only_on_what_is_known()
    {
        var refused = Refused("""
            {catalog: 2.4.0}
              environments: [staging, production]
              requires: [{service: news, atLeast: 1.0.0}]
            """);

        Assert.Equal([RefusalCodes.NotForEnvironment, RefusalCodes.NotFound], refused.Select(one => one.Code));
        Assert.Equal("shop goes through staging, production, not through lab", refused[0].Reason);
        Assert.Equal("there is no Service news, which shop requires", refused[1].Reason);
    }

    [Fact]
    public void What_may_still_change_is_noted_and_forbids_nothing()
    {
        var notes = ReleaseNotes.Of(
            Release("{catalog: {version: 2.4.0, needs: [checkout]}, cart: 1.9.1, checkout: 3.2.0, news: 1.0.0}\n"
                + "  environments: [lab, staging]"),
            name => Shop.TryGetValue($"{name}", out var dependsOn) ? Service($"{name}", dependsOn) : null,
            name => $"{name}" == "lab");

        Assert.Equal(
            "there is no Service news yet, there is no Environment staging yet", string.Join(", ", notes[..2]));
        Assert.StartsWith(
            "cart → catalog → checkout → cart: each would wait for the next", Assert.Single(notes[2..]),
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_it_brings_too_old_is_noted_when_it_is_applied() => Assert.Equal(
        "cart requires catalog 2.0.0 or later, and this release brings 1.9.0",
        Assert.Single(ReleaseNotes.Of(
            Release("{catalog: 1.9.0, cart: 1.9.1}"), name => Service($"{name}", Shop[$"{name}"]), _ => true)));

    [Fact]
    public void A_way_back_that_can_take_longer_than_it_may_is_refused_with_the_chain()
    {
        var refusal = Assert.Single(Refused(
            "{catalog: 2.4.0, cart: 1.9.1, checkout: 3.2.0}\n  rollback: {within: 1m}"));

        Assert.Equal(RefusalCodes.BoundExceeded, refusal.Code);
        Assert.EndsWith(
            "rollback.within 1m: checkout, then cart, then catalog", refusal.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_bound_counts_on_no_bell()
    {
        var bound = Resolved("{catalog: 2.4.0, cart: 1.9.1, checkout: 3.2.0}").Bound!;

        Assert.Equal(
            ["read by the release 1m", "everything stopped 5s", "each of them read (3 × 5s) 15s"],
            bound.Detect.Concat(bound.Back)
                .Where(part => part.What.Contains("read", StringComparison.Ordinal)
                    || part.What.Contains("stopped", StringComparison.Ordinal))
                .Select(part => $"{part.What} {Core.Units.Duration.Format(part.AtMost)}"));
    }

    [Theory]
    [InlineData("", "2m", "2m1s", "15m")]
    [InlineData("\n  stabilise: 90s", "1m30s", "2m1s", "15m")]
    [InlineData("\n  stabilise: {within: 3m}", "2m", "2m1s", "3m")]
    [InlineData("\n  stabilise: {for: 10m}", "10m", "10m1s", "20m2s")]
    [InlineData("\n  stabilise: {for: 1m, within: 61s}", "1m", "1m1s", "1m1s")]
    public void Its_way_back_is_called_done_when_its_criteria_have_held(
        string said, string hold, string expected, string within)
    {
        var rule = Resolved("{catalog: 2.4.0}" + said).Spec.Stabilise!;

        Assert.Equal(
            [hold, expected, within],
            new[] { rule.For, rule.Expected, rule.Within }.Select(Core.Units.Duration.Format));
    }

    [Fact]
    public void Its_bound_does_not_count_how_long_it_stabilises() => Assert.Equal(
        Resolved("{catalog: 2.4.0}\n  stabilise: 0s").Bound!.Total,
        Resolved("{catalog: 2.4.0}\n  stabilise: 1h").Bound!.Total);

    [Fact]
    public void It_may_be_called_done_as_soon_as_it_is() =>
        Assert.Null(Resolved("{catalog: 2.4.0}\n  stabilise: 0s").Spec.Stabilise);

    [Fact]
    public void What_could_never_have_held_in_time_is_refused()
    {
        var refusal = Assert.Single(Refused("{catalog: 2.4.0}\n  stabilise: {for: 90s, within: 2m}"));

        Assert.Equal(RefusalCodes.BadLimit, refusal.Code);
        Assert.Equal(
            "stabilise.within 2m is over before its criteria can have held for 1m30s: they are measured in windows of "
                + "1m, each read 1s after its end",
            refusal.Reason);
        Assert.Equal("stabilise.within of 2m1s or longer", refusal.Accepted);
    }

    private static Requirement Requires(string service, string atLeast) =>
        new(ServiceName.From(service), VersionName.From(atLeast));

    private static PassageResolution.Resolved Resolved(string services) =>
        Assert.IsType<PassageResolution.Resolved>(Resolve(services));

    private static ImmutableArray<Refusal> Refused(string services) =>
        Assert.IsType<PassageResolution.Refused>(Resolve(services)).All;

    private static PassageResolution Resolve(string services)
    {
        return PassageSpecs.Resolve(
            Release(services), Lab,
            service => Shop.TryGetValue($"{service}", out var dependsOn) ? Service($"{service}", dependsOn) : null,
            (service, version) => RolloutSpecs.Resolve(
                service, Lab, _ => null, _ => null, version.Version, version.Digest),
            rollout => $"hash of {rollout.Service} {rollout.Version}");
    }

    private static ReleaseManifest Release(string services) => Samples.Only<ReleaseManifest>(
        "apiVersion: orleansrelease/v1\nkind: Release\nmetadata: {name: shop}\nspec:\n  services: " + services);

    private static ServiceManifest Service(string name, string dependsOn) => Samples.Only<ServiceManifest>(
        $"apiVersion: orleansrelease/v1\nkind: Service\nmetadata: {{name: {name}}}\n"
        + $"spec: {{dependsOn: {dependsOn}, workload: {{process: {{command: [run]}}}}}}\n");
}
