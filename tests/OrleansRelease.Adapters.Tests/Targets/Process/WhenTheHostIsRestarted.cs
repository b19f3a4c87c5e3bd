using System.Diagnostics;
using OrleansRelease.Adapters.Targets.Process;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Specs;
using static OrleansRelease.Adapters.Tests.Targets.TargetSpecs;

namespace OrleansRelease.Adapters.Tests.Targets.Process;

public sealed class WhenTheHostIsRestarted : IAsyncLifetime
{
    private readonly ProcessWorld _world = new();
    private readonly RolloutSpec _spec = ProcessWorld.Spec();

    [Fact]
    public async Task Its_processes_go_on_and_are_known_to_the_next_host()
    {
        await _world.DeployedAsync(_spec, V1, 1);
        var before = await _world.ObserveAsync(_spec, V1);
        var pids = _world.PidsOf(V1);

        await _world.RestartHostAsync();

        Assert.Equal<Uri>(before.Addresses, (await _world.ObserveAsync(_spec, V1)).Addresses);
        await _world.DeployedAsync(_spec, V1, 2);
        Assert.Equal<int>(pids, _world.PidsOf(V1));
        await _world.IsReadyAsync(_spec, V1);
    }

    [Fact]
    public async Task The_next_host_knows_the_fence()
    {
        await _world.DeployedAsync(_spec, V1, 5);

        await _world.RestartHostAsync();

        Assert.Equal(
            new Outcome.Overtaken(new(1, 1, 5)),
            await _world.Target.RetireAsync(_spec.Call(V1, 4), CancellationToken.None));
        await _world.IsReadyAsync(_spec, V1);
    }

    [Fact]
    public async Task The_next_host_ends_what_it_did_not_start()
    {
        await _world.DeployedAsync(_spec, V1, 1);
        var pid = Assert.Single(_world.PidsOf(V1));
        await _world.RestartHostAsync();

        Assert.IsType<Outcome.Applied>(await _world.Target.RetireAsync(_spec.Call(V1, 2), CancellationToken.None));

        Assert.False(ProcessWorld.IsAlive(pid));
    }

    [Fact]
    public async Task What_ended_meanwhile_is_started_again_on_its_port_and_counted()
    {
        await _world.DeployedAsync(_spec, V1, 1);
        var before = await _world.ObserveAsync(_spec, V1);
        _ = Libc.Kill(Assert.Single(_world.PidsOf(V1)), Libc.SigKill);

        await _world.RestartHostAsync();
        await _world.SuperviseAsync();

        await Eventually.IsAsync(
            "it is ready again", async () => (await _world.ObserveAsync(_spec, V1)) is { Ready: 1, Restarts: 1 });
        Assert.Equal<Uri>(before.Addresses, (await _world.ObserveAsync(_spec, V1)).Addresses);
        await _world.RestartHostAsync();
        Assert.Equal(1, (await _world.ObserveAsync(_spec, V1)).Restarts);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_strangers_process_with_a_recorded_number_is_left_alone(bool hasTheSameStart)
    {
        using var stranger = System.Diagnostics.Process.Start(new ProcessStartInfo("sleep", "600"))!;
        try
        {
            await _world.DeployedAsync(_spec, V1, 1);
            var ours = Assert.Single(_world.PidsOf(V1));
            var stamp = ProcessTable.Stamp(stranger.Id)!;
            Record(hasTheSameStart ? stamp : stamp with { StartTicks = stamp.StartTicks - 100 });
            await _world.RestartHostAsync();

            Assert.Equal(0, (await _world.ObserveAsync(_spec, V1)).Ready);
            await _world.Target.RetireAsync(_spec.Call(V1, 2), CancellationToken.None);

            Assert.False(stranger.HasExited);
            // What really is ours is found by its marker, which is gone a moment before the last of its threads is.
            await Eventually.IsAsync("our own process has ended", () => !ProcessWorld.IsAlive(ours));
        }
        finally
        {
            stranger.Kill();
        }
    }

    [Fact]
    public async Task After_a_boot_no_recorded_number_means_anything()
    {
        await _world.DeployedAsync(_spec, V1, 1);
        var pid = Assert.Single(_world.PidsOf(V1));
        Record(ProcessTable.Stamp(pid)! with { BootId = "another boot" });

        Assert.Equal(0, (await _world.ObserveAsync(_spec, V1)).Ready);
    }

    [Fact]
    public async Task A_killed_hosts_processes_survive_it()
    {
        var dataFolder = _world.DataFolder;
        using var host = System.Diagnostics.Process.Start(
            new ProcessStartInfo("dotnet", [typeof(ProcessWorld).Assembly.Location, "host", dataFolder])
            {
                RedirectStandardOutput = true,
            })!;
        Assert.Contains("Applied", await host.StandardOutput.ReadLineAsync(), StringComparison.Ordinal);
        var pid = Assert.Single(_world.PidsOf(V1));

        host.Kill();
        await host.WaitForExitAsync();

        Assert.True(ProcessWorld.IsAlive(pid));
        Assert.Equal(pid, ProcessTable.View(pid)!.Session);
        await _world.IsReadyAsync(_spec, V1);
        Assert.IsType<Outcome.Applied>(await _world.Target.RetireAsync(_spec.Call(V1, 2), CancellationToken.None));
        Assert.False(ProcessWorld.IsAlive(pid));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _world.DisposeAsync();

    private void Record(ProcessStamp stamp) => _world.Rewrite(record =>
    {
        var version = record.Find(V1)!;
        var instance = version.Instances[0];
        return record.With(version.With(instance with { Start = instance.Start! with { Process = stamp } }));
    });
}
