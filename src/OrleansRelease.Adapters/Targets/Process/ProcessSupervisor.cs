using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Adapters.Targets.Process;

/// <summary>
/// Starts again what should run and has ended, and finishes what is being stopped. It keeps nothing of them in memory,
/// so it carries on after a restart of the host as if there had been none.
/// </summary>
internal sealed partial class ProcessSupervisor(
    AdaptersOptions options, TimeProvider time, ILogger<ProcessSupervisor> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(30);

    /// <summary>An instance that ran this long has recovered: its next exit is a first failure again.</summary>
    private static readonly TimeSpan Recovered = TimeSpan.FromMinutes(1);

    private readonly SlotFiles _files = new(options.DataFolder, time);
    private readonly Instances _instances = new(time);

    /// <summary>What has been told of slots that cannot be read: once each, not at every look.</summary>
    private readonly Dictionary<SlotKey, string> _unreadable = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            Pass();
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Looks once at every slot. One that cannot be looked at holds up no other.</summary>
    internal void Pass()
    {
        foreach (var key in _files.Slots())
        {
            try
            {
                PassSlot(key);
                _unreadable.Remove(key);
            }
            catch (SlotUnreadableException failure)
            {
                if (_unreadable.GetValueOrDefault(key) != failure.Message) LogUnreadable(key, failure.Message);
                _unreadable[key] = failure.Message;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                LogSlotFailed(key, failure);
            }
        }
    }

    private void PassSlot(SlotKey key)
    {
        // Most slots are at rest: those are only read.
        if (_files.Read(key).Versions.All(version => version.Phase == VersionPhase.Starting)) return;
        using var slot = _files.TryOpen(key);
        if (slot is null) return;
        foreach (var version in slot.Record.Versions)
        {
            if (version.Phase == VersionPhase.Stopping && _instances.StepStop(slot, version.Version))
                LogStopped(key, version.Version);
            if (version.Phase != VersionPhase.Running) continue;
            foreach (var instance in version.Instances) Supervise(slot, version.Version, instance);
        }
    }

    private void Supervise(OpenSlot slot, VersionName version, InstanceRecord instance)
    {
        LogFiles.Rotate(slot.Folder, version, instance.Number);
        var now = _instances.Look(slot, version, instance);
        if (instance.Start is { } start && now.Start is null)
        {
            var failures = time.GetUtcNow() - start.At >= Recovered ? 1 : instance.Failures + 1;
            now = now with { Failures = failures, NextStart = time.GetUtcNow() + Backoff(failures) };
            LogEnded(slot.Key, version, instance.Number, now.LastExit, Backoff(failures));
        }

        if (now != instance) slot.Save(slot.Record.Find(version)!.With(now));
        var isDue = now.NextStart is not { } next || next <= time.GetUtcNow()
            || next > time.GetUtcNow() + LongestBackoff; // the clock was set back
        if (now.Start is null && isDue) Restart(slot, version, now);
    }

    private void Restart(OpenSlot slot, VersionName version, InstanceRecord instance)
    {
        // A start that was written down and never made has been counted already.
        var counts = instance.LastExit == Instances.NeverStarted ? 0 : 1;
        var started = _instances.Start(slot, version, instance, counts);
        if (started.Start is not null) return;
        var failures = started.Failures + 1;
        slot.Save(slot.Record.Find(version)!.With(
            started with { Failures = failures, NextStart = time.GetUtcNow() + Backoff(failures) }));
    }

    private static TimeSpan Backoff(int failures) =>
        TimeSpan.FromMilliseconds(Math.Min(
            FirstBackoff.TotalMilliseconds * Math.Pow(2, Math.Min(failures - 1, 20)),
            LongestBackoff.TotalMilliseconds));
}
