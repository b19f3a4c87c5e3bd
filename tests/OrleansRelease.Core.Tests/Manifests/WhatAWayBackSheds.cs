using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Manifests;

public sealed class WhatAWayBackSheds
{
    [Fact]
    public void Nothing_unless_it_was_said_how_much_an_instance_can_serve() => Assert.Null(Resolved("{}", "{}"));

    [Fact]
    public void All_but_the_capacity_is_built_in()
    {
        var rule = Resolved("{rollback: {shed: {capacityPerInstance: 40}}}", "{}")!;

        Assert.Equal((40, TimeSpan.FromSeconds(5), "X-Request-Class"), (rule.CapacityPerInstance, rule.RetryAfter,
            rule.Header));
        Assert.Equal(["low"], rule.Low.ToArray());
    }

    [Fact]
    public void The_nearest_place_says_all_of_it()
    {
        const string service = "{rollback: {shed: {capacityPerInstance: 40, header: X-Class}}, environments: "
            + "{lab: {rollback: {shed: {capacityPerInstance: 8, low: [batch]}}}}}";

        var rule = Resolved(service, "{rollback: {shed: {capacityPerInstance: 1}}}")!;

        Assert.Equal((8, "X-Request-Class"), (rule.CapacityPerInstance, rule.Header));
        Assert.Equal(["batch"], rule.Low.ToArray());
    }

    [Fact]
    public void An_environment_says_it_for_all_that_do_not() => Assert.Equal(
        12, Resolved("{}", "{rollback: {shed: {capacityPerInstance: 12}}}")!.CapacityPerInstance);

    [Fact]
    public void What_is_effective_says_where_each_part_comes_from()
    {
        var values = Effective.Of(
            Service("{rollback: {shed: {capacityPerInstance: 40}}}"), Lab("{}"), _ => null, _ => null).Values;

        Assert.Contains(new EffectiveValue("rollback.shed.capacityPerInstance", "40", "service"), values);
        Assert.Contains(new EffectiveValue("rollback.shed.retryAfter", "5s", "built-in"), values);
        Assert.Contains(new EffectiveValue("rollback.shed.low", "low", "built-in"), values);
    }

    private static ShedRule? Resolved(string service, string defaults) => RolloutSpecs.Resolve(
        Service(service), Lab(defaults), _ => null, _ => null, VersionName.From("3.2.0"), null) switch
    {
        Resolution.Resolved resolved => resolved.Spec.Shed,
        Resolution.Refused refused => throw new InvalidOperationException(refused.Refusal.Reason),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static ServiceManifest Service(string spec) => Samples.Only<ServiceManifest>(
        $"apiVersion: orleansrelease/v1\nkind: Service\nmetadata: {{name: checkout}}\nspec: {spec}\n");

    private static EnvironmentManifest Lab(string defaults) => Samples.Only<EnvironmentManifest>(
        "apiVersion: orleansrelease/v1\nkind: Environment\nmetadata: {name: lab}\nspec: {connections: "
        + "{target: {memory: {}}, traffic: {memory: {}}, metrics: {memory: {}}}, defaults: " + defaults + "}\n");
}
