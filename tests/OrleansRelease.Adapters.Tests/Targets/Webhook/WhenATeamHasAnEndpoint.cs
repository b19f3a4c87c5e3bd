using Microsoft.AspNetCore.Builder;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Specs;
using OrleansRelease.Ports.Hooks;
using OrleansRelease.Ports.Targets;
using PilotEndpoint;
using static OrleansRelease.Adapters.Tests.Targets.TargetSpecs;

namespace OrleansRelease.Adapters.Tests.Targets.Webhook;

/// <summary>The endpoint that teams are shown keeps the contract of every target.</summary>
public sealed class WhenATeamHasAnEndpoint : TargetContract, IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly WebhookRig _rig = new();
    private readonly Instances _instances = new(1);
    private WebApplication _app = null!;

    protected override ITarget Target => _rig.Target;

    public async Task InitializeAsync()
    {
        _app = Endpoint().Serve("http://127.0.0.1:0");
        await _app.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _instances.DisposeAsync();
        _rig.Dispose();
    }

    [Fact]
    public async Task Started_again_it_still_knows_what_has_overtaken_whom()
    {
        var spec = Spec();
        await DeployedAsync(spec, V1, 5);
        await _app.DisposeAsync();
        await _instances.StopAsync($"{spec.Slot}", $"{V1}");

        var again = Endpoint();
        await again.StartAsync();
        _app = again.Serve("http://127.0.0.1:0");
        await _app.StartAsync();

        Assert.Equal(new Outcome.Overtaken(new(1, 1, 5)), await Target.RetireAsync(Spec().Call(V1, 4), None));
        await RunsAsync(Spec(), V1);
    }

    [Fact]
    public async Task Whoever_has_another_key_is_refused_and_the_key_is_not_told()
    {
        await File.WriteAllTextAsync(_rig.KeyFile, "somebody-else-made-this-key-up");

        var refused = Assert.IsType<Outcome.Refused>(await Target.DeployAsync(Spec().Call(V1, 1), None));

        Assert.Equal("the endpoint answered 401: the signature does not hold", refused.Reason);
        await Assert.ThrowsAsync<InvalidDataException>(() => Target.ObserveAsync(Spec(), V1, None));
    }

    [Fact]
    public async Task What_it_does_not_know_it_does_not_do()
    {
        var spec = Spec();
        await DeployedAsync(spec, V1, 5);
        var hook = new HookSpec(
            "migrate", spec.Target.Url!, spec.Target.Key!, spec.Target.DeployLimits, StoresFences: true, Undo: null);

        var refused = await _rig.Hooks.CallAsync(
            new HookCall(spec, hook, IsUndo: false, spec.StrategyName, new(1, 1, 6)), None);

        Assert.Equal(new Outcome.Refused("the endpoint answered 422: this endpoint does not run"), refused);
        await RunsAsync(spec, V1);
    }

    protected override RolloutSpec Spec(int replicas = 1, string? slot = null)
    {
        _instances.Count = replicas;
        return TargetSpecs.ByWebhook(new Uri(_app.Urls.First()), _rig.KeyFile, Fencing.Stored, slot: slot);
    }

    private Pilot Endpoint() => new(
        Signature.KeyOf(WebhookRig.Key), new SlotFile(_rig.PathOf("pilot.json")), _instances, TimeProvider.System);
}
