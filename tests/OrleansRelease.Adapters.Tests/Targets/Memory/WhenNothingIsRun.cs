using OrleansRelease.Adapters.Targets.Memory;
using OrleansRelease.Core.Specs;
using OrleansRelease.Ports.Targets;

namespace OrleansRelease.Adapters.Tests.Targets.Memory;

public sealed class WhenNothingIsRun : TargetContract
{
    protected override ITarget Target { get; } = new MemoryTarget();

    protected override RolloutSpec Spec(int replicas = 1, string? slot = null) =>
        TargetSpecs.Of("memory", [], replicas, slot: slot);
}
