using OrleansRelease.Adapters.Targets;
using OrleansRelease.Adapters.Targets.Process;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Specs;
using static OrleansRelease.Adapters.Tests.Targets.TargetSpecs;

namespace OrleansRelease.Adapters.Tests.Targets.Process;

/// <summary>Each state that a crash can leave on disk, and what the next host makes of it.</summary>
public sealed class WhenTheHostDiesInBetween : IAsyncLifetime
{
    private static readonly AcceptedCall Deploying = new(new(1, 1, 1), TargetVerb.Deploy, V1);

    private readonly ProcessWorld _world = new();
    private readonly RolloutSpec _spec = ProcessWorld.Spec();

    [Fact]
    public async Task After_the_fence_was_accepted()
    {
        _world.Rewrite(_ => new(Deploying, []));

        await _world.DeployedAsync(_spec, V1, 1);

        AssertOneProcess();
    }

    [Fact]
    public async Task After_a_start_was_written_down_and_before_it_was_made()
    {
        var port = FreePorts.Pick(new HashSet<int>());
        var start = new StartRecord($"{Slot}/{V1}/0/never", DateTimeOffset.UnixEpoch, []);
        _world.Rewrite(_ => new(
            Deploying, [new(V1, VersionPhase.Starting, Deploying.Fence, Sample(), null, [new(0, port, start)])]));

        await _world.DeployedAsync(_spec, V1, 1);

        AssertOneProcess();
        Assert.Equal(port, Assert.Single((await _world.ObserveAsync(_spec, V1)).Addresses).Port);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_a_process_was_made_and_before_it_was_written_down(bool isRepeated)
    {
        await _world.DeployedAsync(_spec, V1, 1);
        var pid = Assert.Single(_world.PidsOf(V1));
        ForgetProcess(VersionPhase.Starting);
        await _world.RestartHostAsync();

        if (isRepeated)
        {
            await _world.DeployedAsync(_spec, V1, 1);
            Assert.Equal(pid, Assert.Single(_world.PidsOf(V1)));
            AssertOneProcess();
        }
        else
        {
            await _world.Target.RetireAsync(_spec.Call(V1, 2), CancellationToken.None);
            Assert.False(ProcessWorld.IsAlive(pid));
        }
    }

    [Fact]
    public async Task After_a_restart_was_made_and_before_it_was_written_down()
    {
        await _world.DeployedAsync(_spec, V1, 1);
        var pid = Assert.Single(_world.PidsOf(V1));
        ForgetProcess(VersionPhase.Running);

        await _world.RestartHostAsync();
        await _world.SuperviseAsync();

        await Eventually.IsAsync("it is known again", () => _world.PidsOf(V1) is [var found] && found == pid);
        Assert.Equal(0, (await _world.ObserveAsync(_spec, V1)).Restarts);
        AssertOneProcess();
    }

    [Fact]
    public async Task After_a_restart_was_written_down_and_before_it_was_made_it_is_counted_once()
    {
        var start = new StartRecord($"{Slot}/{V1}/0/never", DateTimeOffset.UtcNow, []);
        var instance = new InstanceRecord(0, FreePorts.Pick(new HashSet<int>()), start);
        _world.Rewrite(_ => new(
            Deploying with { Outcome = new Outcome.Applied() },
            [new(V1, VersionPhase.Running, Deploying.Fence, Sample(), null, [instance], Restarts: 1)]));

        await _world.SuperviseAsync();

        await Eventually.IsAsync("it is ready", async () => (await _world.ObserveAsync(_spec, V1)).Ready == 1);
        Assert.Equal(1, (await _world.ObserveAsync(_spec, V1)).Restarts);
        AssertOneProcess();
    }

    [Fact]
    public async Task Before_the_outcome_was_written_down()
    {
        await _world.DeployedAsync(_spec, V1, 1);
        var pid = Assert.Single(_world.PidsOf(V1));
        Rewrite(VersionPhase.Starting, Deploying);
        await _world.RestartHostAsync();

        await _world.DeployedAsync(_spec, V1, 1);

        Assert.Equal(pid, Assert.Single(_world.PidsOf(V1)));
        AssertOneProcess();
    }

    [Fact]
    public async Task While_a_version_was_being_stopped()
    {
        await _world.DeployedAsync(_spec, V1, 1);
        var pid = Assert.Single(_world.PidsOf(V1));
        Rewrite(VersionPhase.Stopping, new(new(1, 1, 2), TargetVerb.Retire, V1));

        await _world.RestartHostAsync();
        await _world.SuperviseAsync();

        await Eventually.IsAsync("it is gone", () => !ProcessWorld.IsAlive(pid));
        Assert.IsType<Outcome.Applied>(await _world.Target.RetireAsync(_spec.Call(V1, 2), CancellationToken.None));
    }

    [Fact]
    public async Task While_a_record_was_being_written()
    {
        await _world.DeployedAsync(_spec, V1, 1);
        var half = Path.Combine(_world.Files.FolderOf(Slot), $"slot.json.{Guid.NewGuid():N}.tmp");
        await File.WriteAllTextAsync(half, "{\"Last");
        await _world.RestartHostAsync();

        await _world.IsReadyAsync(_spec, V1);
        await _world.DeployedAsync(_spec, V1, 2);
        AssertOneProcess();
        Assert.False(File.Exists(half));
    }

    [Fact]
    public async Task After_a_call_was_given_up_it_is_carried_on_by_its_repetition()
    {
        using var givenUp = new CancellationTokenSource();
        var call = _world.Target.DeployAsync(_spec.Call(V1, 1), givenUp.Token);
        await Eventually.IsAsync("a process is made", () => _world.PidsOf(V1).Length == 1);
        var pid = _world.PidsOf(V1)[0];

        await givenUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);

        await _world.DeployedAsync(_spec, V1, 1);
        Assert.Equal(pid, Assert.Single(_world.PidsOf(V1)));
        AssertOneProcess();
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _world.DisposeAsync();

    private void AssertOneProcess() => Assert.Single(ProcessTable.FindAll(MarkerOf()));

    private string MarkerOf() => _world.Files.Read(Slot).Find(V1)!.Instances.Single().Start!.Marker;

    private void Rewrite(VersionPhase phase, AcceptedCall last) => _world.Rewrite(record =>
        new(last, record.With(record.Find(V1)! with { Phase = phase }).Versions));

    private void ForgetProcess(VersionPhase phase)
    {
        Rewrite(phase, Deploying);
        _world.Rewrite(record =>
        {
            var version = record.Find(V1)!;
            var instance = version.Instances[0];
            return record.With(version.With(instance with { Start = instance.Start! with { Process = null } }));
        });
    }
}
