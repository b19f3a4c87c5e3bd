using OrleansRelease.Adapters.Targets.Process;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;
using static OrleansRelease.Adapters.Tests.Targets.TargetSpecs;

namespace OrleansRelease.Adapters.Tests.Targets.Process;

/// <summary>Programs that set their title write over the environment in which their marker is.</summary>
public sealed class WhenAMarkerIsNotToBeSeen : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly ProcessWorld _world = new();
    private readonly RolloutSpec _retitled = Retitled("retitle");
    private readonly RolloutSpec _withChild = Retitled("retitle-with-child");

    [Fact]
    public async Task It_is_deployed_known_to_the_next_host_and_retired()
    {
        await _world.DeployedAsync(_retitled, V1, 1);
        var pid = Assert.Single(_world.PidsOf(V1));
        Assert.DoesNotContain(
            ProcessTable.MarkerVariable, await File.ReadAllTextAsync($"/proc/{pid}/environ"), StringComparison.Ordinal);

        await _world.RestartHostAsync();
        _world.SuperviseOnce();

        var health = await _world.ObserveAsync(_retitled, V1);
        Assert.Equal((1, 1, 0), (health.Wanted, health.Ready, health.Restarts));
        Assert.Equal(pid, Assert.Single(_world.PidsOf(V1)));
        Assert.IsType<Outcome.Applied>(await _world.Target.RetireAsync(_retitled.Call(V1, 2), None));
        Assert.False(ProcessWorld.IsAlive(pid));
    }

    [Fact]
    public async Task What_it_has_started_is_gone_when_it_is_retired_though_its_leader_ends_first()
    {
        await _world.DeployedAsync(_withChild, V1, 1);
        var child = ChildOf(Assert.Single(_world.PidsOf(V1)));

        Assert.IsType<Outcome.Applied>(await _world.Target.RetireAsync(_withChild.Call(V1, 2), None));

        Assert.False(ProcessWorld.IsAlive(child));
    }

    [Fact]
    public async Task What_it_has_started_is_ended_before_it_is_started_again()
    {
        await _world.DeployedAsync(_withChild, V1, 1);
        var pid = Assert.Single(_world.PidsOf(V1));
        var child = ChildOf(pid);
        _ = Libc.Kill(pid, Libc.SigKill);
        await Eventually.IsAsync("its leader has ended", () => !ProcessWorld.IsAlive(pid));

        _world.SuperviseOnce();

        await Eventually.IsAsync("its child is gone", () => !ProcessWorld.IsAlive(child));
        Assert.Empty(_world.PidsOf(V1));
    }

    [Theory]
    [InlineData(".")]
    [InlineData("itself")]
    [InlineData("itself/../itself/itself/")]
    public async Task A_session_whose_leader_nobody_remembers_is_known_by_the_log_that_it_holds(string link)
    {
        Directory.CreateSymbolicLink(Path.Combine(_world.DataFolder, "itself"), _world.DataFolder);
        await _world.DeployedAsync(ProcessWorld.Spec(), V1, 1);
        var log = Path.Combine(_world.Files.FolderOf(Slot), "logs", "1.0.0.0.log");
        var (leader, child) = await StartLeaderlessAsync(log);
        RecordProcess(leader);

        _world.SuperviseOnce(Path.Combine(_world.DataFolder, link));

        await Eventually.IsAsync("its child is gone", () => !ProcessWorld.IsAlive(child));
    }

    [Fact]
    public async Task A_strangers_session_that_got_the_number_later_is_left_alone()
    {
        await _world.DeployedAsync(ProcessWorld.Spec(), V1, 1);
        var (leader, child) = await StartLeaderlessAsync("/dev/null");
        try
        {
            RecordProcess(leader);

            _world.SuperviseOnce();
            await _world.Target.RetireAsync(ProcessWorld.Spec().Call(V1, 2), None);

            Assert.True(ProcessWorld.IsAlive(child));
        }
        finally
        {
            _ = Libc.Kill(child, Libc.SigKill);
        }
    }

    [Fact]
    public async Task Another_instances_process_is_left_alone_though_its_stamp_is_on_record()
    {
        var cart = Of("process", Sample(), slot: "cart.staging");
        await _world.DeployedAsync(cart, V1, 1);
        await _world.DeployedAsync(ProcessWorld.Spec(), V1, 1);
        var pid = Assert.Single(_world.PidsOf(V1, SlotKey.From("cart.staging")));
        RecordProcess(ProcessTable.Stamp(pid)!);

        Assert.Equal(0, (await _world.ObserveAsync(ProcessWorld.Spec(), V1)).Ready);
        await _world.Target.RetireAsync(ProcessWorld.Spec().Call(V1, 2), None);

        await _world.IsReadyAsync(cart, V1);
    }

    [Fact]
    public async Task The_port_of_an_instance_is_its_own_when_a_worker_of_its_session_listens()
    {
        var port = FreePorts.Pick(new HashSet<int>());
        var words = string.Join(' ', Sample()[..2].Select(word => $"'{word}'"));
        var (pid, error) = Spawn.Start(
            ["/bin/sh", "-c", $"env -u OREL_INSTANCE {words} sample --version 1.0.0 --port {port} & wait"],
            [$"PATH={Environment.GetEnvironmentVariable("PATH")}", "HOME=/tmp", "OREL_INSTANCE=the-one"],
            null, Path.Combine(_world.DataFolder, "worker.log"));
        Assert.Null(error);
        var start = new StartRecord("the-one", DateTimeOffset.UnixEpoch, [], ProcessTable.Stamp(pid));
        try
        {
            await Eventually.IsAsync("the worker listens", () => Listeners.SocketsAt(port).Count > 0);

            Assert.Null(Listeners.OtherInstanceAt(port, start));
            var other = ProcessTable.Stamp(Environment.ProcessId);
            Assert.Equal("the-one", Listeners.OtherInstanceAt(port, new("another", start.At, [], other)));
        }
        finally
        {
            foreach (var member in InstanceProcesses.FindLiving(start, port, "/none", ProcessTable.All()))
                ProcessTable.Signal(member, start.Marker, Libc.SigKill);
        }
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _world.DisposeAsync();

    private static RolloutSpec Retitled(string how) => ProcessWorld.Spec(
        [.. Command("misbehave", how, "--version", "{{version}}", "--port", "{{port}}")]);

    private static int ChildOf(int leader)
    {
        var child = Assert.Single(
            ProcessTable.All(), process => process.View.Session == leader && process.View.Pid != leader);
        Assert.Null(child.Marker);
        return child.View.Pid;
    }

    /// <summary>A process with no marker, in a session whose leader has ended and is remembered by nobody.</summary>
    private static async Task<(ProcessStamp Leader, int Child)> StartLeaderlessAsync(string output)
    {
        var (pid, error) = Spawn.Start(
            ["/bin/sh", "-c", "sleep 600 & read line"], ["PATH=/usr/bin:/bin"], null, output);
        Assert.Null(error);
        var stamp = ProcessTable.Stamp(pid)!;
        await Eventually.IsAsync("the leader has ended", () => Libc.Reap(pid) is not null);
        var child = Assert.Single(ProcessTable.All(), process => process.View.Session == pid);
        return (stamp, child.View.Pid);
    }

    private void RecordProcess(ProcessStamp stamp) => _world.Rewrite(record =>
    {
        var version = record.Find(V1)!;
        var instance = version.Instances[0];
        return record.With(version.With(instance with { Start = instance.Start! with { Process = stamp } }));
    });
}
