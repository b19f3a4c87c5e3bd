using OrleansRelease.Adapters.Resilience;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;
using OrleansRelease.Ports;
using OrleansRelease.Ports.Targets;

namespace OrleansRelease.Adapters.Targets.Process;

/// <summary>
/// Runs versions as processes of this machine. They outlive the host: what they are is on disk before they exist, so
/// the next host finds every one of them again.
/// </summary>
internal sealed class ProcessTarget(AdaptersOptions options, Pipelines pipelines, TimeProvider time)
    : ITarget, IDisposable
{
    private readonly Probe _probe = new(pipelines);
    private readonly SlotFiles _files = new(options.DataFolder, time);
    private readonly Instances _instances = new(time);

    private Stopping Leaving => new(_files, _instances, time);

    public string Name => ProcessWords.Target;

    public async Task<Outcome> DeployAsync(TargetCall call, CancellationToken cancellation)
    {
        if (!OperatingSystem.IsLinux()) return new Outcome.Refused("processes are told apart by /proc: Linux only");
        var (settings, reason) = ProcessSettings.Read(call.Spec.Target, call.Version);
        if (settings is null) return new Outcome.Refused(reason);
        var deployment = new Deployment(
            call, call.Spec.Slot, settings, _files, _instances, _probe, Leaving, time);
        return await deployment.RunAsync(cancellation);
    }

    public async Task<Outcome> RetireAsync(TargetCall call, CancellationToken cancellation)
    {
        if (await call.Veto.AskAsync(cancellation) is { } vetoed) return vetoed;
        var key = call.Spec.Slot;
        var asked = new AcceptedCall(call.Fence, TargetVerb.Retire, call.Version);
        try
        {
            if (await AcceptRetireAsync(key, asked, cancellation) is { } early) return early;
        }
        catch (SlotUnreadableException unreadable)
        {
            return new Outcome.NotApplied(unreadable.Message);
        }

        var isGone = await Leaving.AwaitGoneAsync(key, call.Version, Stopping.Limit, cancellation);
        using (var slot = await _files.OpenAsync(key, cancellation))
        {
            if (AcceptedCall.Answer(slot.Record.Last, asked) is { } answer) return answer;
            var end = isGone ? new Outcome.Applied() : (Outcome)new Outcome.NotApplied("a process outlived its kill");
            slot.Save(slot.Record with { Last = asked with { Outcome = end } });
            return end;
        }
    }

    public async Task<VersionHealth> ObserveAsync(
        RolloutSpec spec, VersionName version, CancellationToken cancellation)
    {
        var slot = _files.Read(spec.Slot);
        var (record, last) = (slot.Find(version), slot.Last?.Fence);
        if (record is null) return new(version, 0, 0, 0, [], Last: last);
        if (record.Phase == VersionPhase.Stopping)
            return new(version, 0, 0, record.Restarts, [], "it is being stopped", last);
        var versionPath = VersionEndpoint.PathOf(spec.Target);
        var problems = await Task.WhenAll(record.Instances.Select(
            instance => ProblemAsync(instance, version, spec.Readiness.Path, versionPath, cancellation)));
        // Also one that is down for a moment comes back on its port, so whoever routes keeps all of them.
        return new(
            version, record.Instances.Length, problems.Count(problem => problem is null), record.Restarts,
            [.. record.Instances.Select(instance => Probe.Address(instance.Port))],
            problems.FirstOrDefault(problem => problem is not null), last)
        {
            ReadyAt = [.. record.Instances.Zip(problems).Where(one => one.Second is null)
                .Select(one => Probe.Address(one.First.Port))],
        };
    }

    public void Dispose() => _probe.Dispose();

    private async Task<Outcome?> AcceptRetireAsync(SlotKey key, AcceptedCall asked, CancellationToken cancellation)
    {
        using var slot = await _files.OpenAsync(key, cancellation);
        if (AcceptedCall.Answer(slot.Record.Last, asked) is { } answer) return answer;
        var record = Acceptance.Of(slot.Record, asked);
        // Fence and intent in one write: from here on nobody starts an instance of it again.
        slot.Save(record.Find(asked.Version) is { Phase: not VersionPhase.Stopping } version
            ? record.With(version with { Phase = VersionPhase.Stopping })
            : record);
        return null;
    }

    private async Task<string?> ProblemAsync(
        InstanceRecord instance, VersionName version, string readinessPath, string versionPath,
        CancellationToken cancellation)
    {
        if (instance.Start is not { Process: { } stamp } start || !ProcessTable.IsAlive(stamp, start.Marker))
            return $"instance {instance.Number} does not run: {instance.LastExit ?? "it is being started"}";
        return await _probe.AskAsync(
            instance.Port, start, version, readinessPath, versionPath, cancellation) switch
        {
            ProbeResult.Ready => null,
            ProbeResult.NotYet not => $"instance {instance.Number}: {not.Reason}",
            ProbeResult.OtherVersion other => $"on port {instance.Port} version '{other.Answer}' answers",
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }
}
