using OrleansRelease.Adapters.Resilience;
using OrleansRelease.Adapters.Targets.Process;
using OrleansRelease.Adapters.Tests.Targets;

namespace OrleansRelease.Adapters.Tests.Assets;

/// <summary>A host that deploys a version, says so, and waits for its end.</summary>
internal static class HostThatDies
{
    public static async Task<int> RunAsync(string dataFolder)
    {
        using var target = new ProcessTarget(
            new() { DataFolder = dataFolder }, new Pipelines(TimeProvider.System), TimeProvider.System);
        var spec = TargetSpecs.Of("process", TargetSpecs.Sample());
        Console.WriteLine(await target.DeployAsync(spec.Call(TargetSpecs.V1, 1), CancellationToken.None));
        await new TaskCompletionSource().Task;
        return 0;
    }
}
