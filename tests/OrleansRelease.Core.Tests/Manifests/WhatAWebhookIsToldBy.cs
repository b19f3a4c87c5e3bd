using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Manifests;

public sealed class WhatAWebhookIsToldBy
{
    [Theory]
    [InlineData("", Fencing.None)]
    [InlineData(", storesFences: false", Fencing.None)]
    [InlineData(", storesFences: true", Fencing.Stored)]
    public void An_endpoint_that_does_not_say_so_stores_no_fences(string more, Fencing fencing)
    {
        var target = Resolved(
            $"{{url: \"http://deploy/{{{{service}}}}\", key: {{env: DEPLOY_KEY}}{more}, deploy: {{timeout: 3m}}}}")
            .Target;

        Assert.Equal((WebhookWords.Target, Repeat.ById, fencing), (target.Adapter, target.Repeat, target.Fencing));
        Assert.Equal(new Uri("http://deploy/cart"), target.Url);
        Assert.Equal(new SecretRef("DEPLOY_KEY", null), target.Key);
        Assert.Equal(new EffectLimits(TimeSpan.FromMinutes(3), 2, TimeSpan.FromSeconds(1)), target.DeployLimits);
        Assert.Equal(new EffectLimits(TimeSpan.FromSeconds(30), 3, TimeSpan.FromSeconds(1)), target.RetireLimits);
        Assert.Equal("/version", target.Settings[VersionEndpoint.Setting]);
    }

    [Fact]
    public void A_service_needs_no_workload_for_it() =>
        Assert.Empty(Resolved("{url: \"http://deploy\", key: {env: DEPLOY_KEY}}").Target.Command);

    private static RolloutSpec Resolved(string webhook)
    {
        const string head = "apiVersion: orleansrelease/v1\n";
        var service = Samples.Only<ServiceManifest>(
            head + "kind: Service\nmetadata: {name: cart}\nspec: {strategy: all-at-once}\n");
        var environment = Samples.Only<EnvironmentManifest>(
            head + "kind: Environment\nmetadata: {name: lab}\nspec:\n  connections:\n    target:\n"
            + $"      webhook: {webhook}\n    traffic: {{memory: {{}}}}\n");
        return Assert.IsType<Resolution.Resolved>(RolloutSpecs.Resolve(
            service, environment, _ => null, _ => null, VersionName.From("1.0"), null)).Spec;
    }
}
