using OrleansRelease.Adapters.Targets.Process;
using OrleansRelease.Core.Specs;
using static OrleansRelease.Adapters.Tests.Targets.TargetSpecs;

namespace OrleansRelease.Adapters.Tests.Targets.Process;

public sealed class WhenAnInstanceEnds : IAsyncLifetime
{
    private readonly ProcessWorld _world = new();
    private readonly RolloutSpec _spec = ProcessWorld.Spec();

    [Fact]
    public async Task It_is_started_again_on_the_same_port_and_counted()
    {
        await _world.DeployedAsync(_spec, V1, 1);
        var before = await _world.ObserveAsync(_spec, V1);
        var pid = Assert.Single(_world.PidsOf(V1));

        _ = Libc.Kill(pid, Libc.SigKill);

        await Eventually.IsAsync(
            "it is ready again", async () => (await _world.ObserveAsync(_spec, V1)) is { Ready: 1, Restarts: 1 });
        Assert.Equal<Uri>(before.Addresses, (await _world.ObserveAsync(_spec, V1)).Addresses);
        Assert.NotEqual(pid, Assert.Single(_world.PidsOf(V1)));
        Assert.Contains("signal 9", _world.Files.Read(Slot).Find(V1)!.Instances[0].LastExit, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_ends_again_and_again_is_started_ever_more_slowly()
    {
        await _world.DeployedAsync(_spec, V1, 1);
        _world.Rewrite(record => record.With(record.Find(V1)! with { Command = Command("misbehave", "exit") }));
        _ = Libc.Kill(Assert.Single(_world.PidsOf(V1)), Libc.SigKill);

        await Eventually.IsAsync("it has failed four times", () => Instance() is { Failures: >= 4, Start: null });

        var wait = Instance().NextStart - DateTimeOffset.UtcNow;
        Assert.True(wait > TimeSpan.FromSeconds(1), $"the fourth wait is 4 s, {wait} of it are left");
        Assert.Contains("code 7", Instance().LastExit, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_retired_is_not_started_again()
    {
        await _world.DeployedAsync(_spec, V1, 1);

        await _world.Target.RetireAsync(_spec.Call(V1, 2), CancellationToken.None);

        Assert.Null(_world.Files.Read(Slot).Find(V1));
        Assert.Equal(0, (await _world.ObserveAsync(_spec, V1)).Wanted);
    }

    [Fact]
    public async Task A_new_deployment_counts_from_zero()
    {
        await _world.DeployedAsync(_spec, V1, 1);
        _ = Libc.Kill(Assert.Single(_world.PidsOf(V1)), Libc.SigKill);
        await Eventually.IsAsync(
            "the restart is counted", async () => (await _world.ObserveAsync(_spec, V1)) is { Ready: 1, Restarts: 1 });

        await _world.DeployedAsync(_spec, V1, 2);

        Assert.Equal(0, (await _world.ObserveAsync(_spec, V1)).Restarts);
    }

    public Task InitializeAsync() => _world.SuperviseAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    private InstanceRecord Instance() => _world.Files.Read(Slot).Find(V1)!.Instances[0];
}
