using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Units;
using OrleansRelease.Ports;
using OrleansRelease.Ports.Targets;

namespace OrleansRelease.Adapters.Targets.Process;

/// <summary>
/// One attempt to deploy one version. The slot's lock is held only to write down and start, never while waiting: a
/// higher fence gets in at any time, and this attempt finds itself overtaken.
/// </summary>
internal sealed class Deployment(
    TargetCall call, SlotKey key, ProcessSettings settings, SlotFiles files, Instances instances, Probe probe,
    Stopping stopping, TimeProvider time)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a version that was ready may be found not ready after its warm-up.</summary>
    private static readonly TimeSpan AfterWarmUp = TimeSpan.FromSeconds(3);

    /// <summary>
    /// How long a failed attempt waits for what it started to end. After that the supervisor carries on, so that the
    /// reason is told before the caller gives up.
    /// </summary>
    private static readonly TimeSpan FailedStop = TimeSpan.FromSeconds(3);

    private readonly AcceptedCall _asked = new(call.Fence, TargetVerb.Deploy, call.Version);

    public async Task<Outcome> RunAsync(CancellationToken cancellation)
    {
        var deadline = time.GetUtcNow() + call.Spec.Readiness.Within;
        try
        {
            if (await BeginAsync(deadline, cancellation) is { } early) return early;
        }
        catch (SlotUnreadableException unreadable)
        {
            // Nothing of this attempt has been begun: the slot's own record is read before anything else.
            return new Outcome.NotApplied(unreadable.Message);
        }

        var end = await AwaitReadyAsync(deadline, cancellation);
        if (end is null && call.Spec.Readiness.WarmUp > TimeSpan.Zero)
        {
            await Task.Delay(call.Spec.Readiness.WarmUp, time, cancellation);
            end = await AwaitReadyAsync(time.GetUtcNow() + AfterWarmUp, cancellation);
        }

        return await FinishAsync(end ?? new Outcome.Applied(), cancellation);
    }

    private async Task<Outcome?> BeginAsync(DateTimeOffset deadline, CancellationToken cancellation)
    {
        while (true)
        {
            // Each time anew, and before the lock is taken: it may be long until the old instance has ended.
            if (await call.Veto.AskAsync(cancellation) is { } vetoed) return vetoed;
            using (var slot = await files.OpenAsync(key, cancellation))
            {
                if (AcceptedCall.Answer(slot.Record.Last, _asked) is { } answer) return answer;
                slot.Save(Acceptance.Of(slot.Record, _asked));
                var isLeaving = slot.Record.Find(call.Version) is { Phase: VersionPhase.Stopping };
                if (!isLeaving || instances.StepStop(slot, call.Version))
                {
                    // Slots that start at the same time must not choose the same port.
                    using (await files.LockPortsAsync(cancellation))
                    {
                        // Whoever else starts something on this machine may have had both locks before.
                        if (await call.Veto.AskAsync(cancellation) is { } late) return late;
                        ChoosePorts(slot);
                    }

                    StartMissing(slot);
                    return null;
                }
            }

            if (time.GetUtcNow() > deadline)
                return new Outcome.NotApplied($"{call.Version} was being stopped and has not ended");
            await Task.Delay(Poll, time, cancellation);
        }
    }

    /// <summary>
    /// Instances that live are kept as they are, with the command they were started with; another command or number of
    /// replicas than before takes effect at their next start.
    /// </summary>
    private void ChoosePorts(OpenSlot slot)
    {
        var old = slot.Record.Find(call.Version);
        var isSameCall = old?.Fence == call.Fence;
        var version = new VersionRecord(
            call.Version, old?.Phase ?? VersionPhase.Starting, call.Fence, settings.Command, settings.WorkingDirectory,
            [.. Enumerable.Range(0, Math.Max(settings.Replicas, old?.Instances.Length ?? 0))
                .Select(n => old?.Instances.FirstOrDefault(i => i.Number == n) is { } known
                    ? instances.Look(slot, call.Version, known) : new InstanceRecord(n, 0))],
            isSameCall ? old!.Restarts : 0);
        // A record of another slot that cannot be read must stop no deployment, least of all a way back: of its ports
        // those are known at which somebody listens. The supervisor tells of it.
        var taken = files.Slots().Select(files.Look).OfType<SlotReading.Known>()
            .SelectMany(known => known.Record.Versions).SelectMany(v => v.Instances).Select(i => i.Port).ToHashSet();
        version = version with { Instances = [.. version.Instances.Select(i => WithPort(i, taken))] };
        slot.Save(version);
    }

    private void StartMissing(OpenSlot slot)
    {
        foreach (var idle in slot.Record.Find(call.Version)!.Instances.Where(i => i.Start is null))
        {
            instances.Start(slot, call.Version, idle, addRestarts: 0);
        }
    }

    private static InstanceRecord WithPort(InstanceRecord instance, HashSet<int> taken)
    {
        if (instance.Port != 0) return instance;
        var port = FreePorts.Pick(taken);
        taken.Add(port);
        return instance with { Port = port };
    }

    /// <summary>Null when every instance is ready; else why this attempt ends.</summary>
    private async Task<Outcome?> AwaitReadyAsync(DateTimeOffset deadline, CancellationToken cancellation)
    {
        while (true)
        {
            var record = files.Read(key);
            if (record.Last!.Fence > call.Fence) return new Outcome.Overtaken(record.Last.Fence);
            // A repetition of this very call may have ended already, and have taken away what was started.
            if (record.Last.Outcome is { } known) return known;
            if (record.Find(call.Version) is not { } version) return new Outcome.NotApplied("it was stopped meanwhile");

            var looks = await Task.WhenAll(version.Instances.Select(i => LookAsync(version, i, cancellation)));
            if (looks.FirstOrDefault(look => look.IsFinal) is { } final) return new Outcome.NotApplied(final.Problem!);
            if (looks.FirstOrDefault(look => look.Problem is not null) is not { } waiting) return null;
            if (time.GetUtcNow() > deadline)
            {
                var number = version.Instances[Array.IndexOf(looks, waiting)].Number;
                return new Outcome.NotApplied(
                    $"not ready within {Duration.Format(call.Spec.Readiness.Within)}: {waiting.Problem}{Tail(number)}");
            }

            await Task.Delay(Poll, time, cancellation);
        }
    }

    private sealed record InstanceLook(string? Problem, bool IsFinal = false);

    private async Task<InstanceLook> LookAsync(
        VersionRecord version, InstanceRecord instance, CancellationToken cancellation)
    {
        if (instance.Start is not { Process: { } stamp } start || !ProcessTable.IsAlive(stamp, start.Marker))
        {
            // What was deployed before is started again by whoever supervises it; a first start that ends has failed.
            var isFirst = version.Phase == VersionPhase.Starting;
            var exit = isFirst ? await ExitAsync(instance, cancellation) : instance.LastExit;
            return exit is null
                ? new($"instance {instance.Number} is being started")
                : new($"instance {instance.Number} {exit}{Tail(instance.Number)}", IsFinal: isFirst);
        }

        var result = await probe.AskAsync(
            instance.Port, start, call.Version, call.Spec.Readiness.Path, settings.VersionPath, cancellation);
        return result switch
        {
            ProbeResult.Ready => new(null),
            ProbeResult.NotYet not => new($"instance {instance.Number}: {not.Reason}"),
            ProbeResult.OtherVersion other => new(
                $"on port {instance.Port} version '{other.Answer}' answers instead of '{call.Version}'", IsFinal: true),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>How an instance ended, by the slot's record: only there is an exit code taken, and kept.</summary>
    private async Task<string?> ExitAsync(InstanceRecord instance, CancellationToken cancellation)
    {
        using var slot = await files.OpenAsync(key, cancellation);
        if (slot.Record.Find(call.Version) is not { } version) return null;
        var known = version.Instances.FirstOrDefault(i => i.Number == instance.Number);
        if (known is null) return null;
        var now = instances.Look(slot, call.Version, known);
        if (now != known) slot.Save(version.With(now));
        return now.Start is null ? now.LastExit : null;
    }

    /// <summary>
    /// Writes the outcome down, unless somebody else has the slot by now. A version that never ran is taken away again:
    /// "not applied" promises that nothing has changed.
    /// </summary>
    private async Task<Outcome> FinishAsync(Outcome end, CancellationToken cancellation)
    {
        using (var slot = await files.OpenAsync(key, cancellation))
        {
            if (AcceptedCall.Answer(slot.Record.Last, _asked) is { } answer) return answer;
            var version = slot.Record.Find(call.Version);
            if (version is null) return end;
            var phase = end is Outcome.Applied ? VersionPhase.Running
                : version.Phase == VersionPhase.Starting ? VersionPhase.Stopping
                : version.Phase;
            slot.Save(slot.Record.With(version with { Phase = phase }) with { Last = _asked with { Outcome = end } });
            if (phase != VersionPhase.Stopping) return end;
        }

        await stopping.AwaitGoneAsync(key, call.Version, FailedStop, cancellation);
        return end;
    }

    private string Tail(int number)
    {
        var tail = LogFiles.Tail(files.FolderOf(key), call.Version, number);
        return tail.Length == 0 ? "" : $"; it said: {tail}";
    }
}
