using OrleansRelease.Core.Specs;
using OrleansRelease.Ports.Targets;

namespace OrleansRelease.Adapters.Tests.Targets.Process;

public sealed class WhenProcessesAreRun : TargetContract, IAsyncLifetime
{
    private readonly ProcessWorld _world = new();

    protected override ITarget Target => _world.Target;

    protected override RolloutSpec Spec(int replicas = 1, string? slot = null) =>
        TargetSpecs.Of("process", TargetSpecs.Sample(), replicas, slot: slot);

    public Task InitializeAsync() => _world.SuperviseAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();
}
