using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansRelease.Adapters.Resilience;
using OrleansRelease.Adapters.Targets.Process;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;
using OrleansRelease.Ports.Targets;

namespace OrleansRelease.Adapters.Tests.Targets.Process;

/// <summary>A data folder and the hosts that come and go over it; at the end nothing of it is left.</summary>
public sealed class ProcessWorld : IAsyncDisposable
{
    private readonly AdaptersOptions _options;
    private ProcessTarget _target;
    private ProcessSupervisor? _supervisor;

    public ProcessWorld()
    {
        _options = new() { DataFolder = Directory.CreateTempSubdirectory("orel-process-").FullName };
        _target = NewTarget();
    }

    public ITarget Target => _target;

    public string DataFolder => _options.DataFolder;

    internal SlotFiles Files => new(DataFolder, TimeProvider.System);

    public static RolloutSpec Spec(params string[] command) =>
        TargetSpecs.Of("process", command.Length == 0 ? TargetSpecs.Sample() : [.. command]);

    public async Task SuperviseAsync()
    {
        _supervisor = NewSupervisor(NullLogger<ProcessSupervisor>.Instance);
        await _supervisor.StartAsync(CancellationToken.None);
    }

    /// <summary>What a supervisor does twice a second, over the folder as it is called there.</summary>
    public void SuperviseOnce(string? dataFolder = null)
    {
        using var supervisor = new ProcessSupervisor(
            new() { DataFolder = dataFolder ?? DataFolder }, TimeProvider.System,
            NullLogger<ProcessSupervisor>.Instance);
        supervisor.Pass();
    }

    internal ProcessSupervisor NewSupervisor(ILogger<ProcessSupervisor> logger) =>
        new(_options, TimeProvider.System, logger);

    /// <summary>A host that knows nothing but the folder; without a supervisor until told.</summary>
    public async Task RestartHostAsync()
    {
        await StopHostAsync();
        _target = NewTarget();
    }

    public async Task DeployedAsync(RolloutSpec spec, VersionName version, int ordinal)
    {
        var outcome = await Target.DeployAsync(spec.Call(version, ordinal), CancellationToken.None);
        Assert.True(outcome is Outcome.Applied, $"deploying {version} by fence {ordinal}: {outcome}");
    }

    public Task<VersionHealth> ObserveAsync(RolloutSpec spec, VersionName version) =>
        Target.ObserveAsync(spec, version, CancellationToken.None);

    /// <summary>A busy machine may not answer the first look in time.</summary>
    public Task IsReadyAsync(RolloutSpec spec, VersionName version) => Eventually.IsAsync(
        $"{version} is ready", () => ObserveAsync(spec, version), health => health.Ready == 1);

    /// <summary>The processes of a version as the record has them.</summary>
    internal ImmutableArray<int> PidsOf(VersionName version, SlotKey? slot = null) =>
        Files.Read(slot ?? TargetSpecs.Slot).Find(version) is { } record
            ? [.. record.Instances.Select(i => i.Start?.Process?.Pid).OfType<int>()]
            : [];

    /// <summary>Changes a slot's record behind the host's back: what a crash would have left.</summary>
    internal void Rewrite(Func<SlotRecord, SlotRecord> change)
    {
        using var slot = Files.TryOpen(TargetSpecs.Slot)!;
        slot.Save(change(slot.Record));
    }

    public static bool IsAlive(int pid) => ProcessTable.View(pid) is { HasEnded: false };

    public async ValueTask DisposeAsync()
    {
        await StopHostAsync();
        var isClean = await RunningProcesses.StopAllAsync(DataFolder, CancellationToken.None);
        Directory.Delete(DataFolder, recursive: true);
        Assert.True(isClean, "a process was left");
    }

    private async Task StopHostAsync()
    {
        if (_supervisor is not null) await _supervisor.StopAsync(CancellationToken.None);
        _supervisor?.Dispose();
        _supervisor = null;
        _target.Dispose();
    }

    private ProcessTarget NewTarget() => new(_options, new Pipelines(TimeProvider.System), TimeProvider.System);
}
