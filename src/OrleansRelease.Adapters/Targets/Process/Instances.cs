using System.Collections;
using System.Collections.Immutable;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Adapters.Targets.Process;

/// <summary>
/// Starts, recognises and stops the instances of one version. Everything here happens under the slot's lock, in single
/// steps that end quickly, and writes down what it is about to do before it does it.
/// </summary>
internal sealed class Instances(TimeProvider time)
{
    /// <summary>How long an instance may take to end by itself.</summary>
    public static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(5);

    /// <summary>The host died between writing a start down and making it.</summary>
    public const string NeverStarted = "was never started";

    /// <summary>What a started program sees of the host's environment: no secret meant for the host.</summary>
    private static readonly ImmutableArray<string> Inherited =
    [
        "PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH",
        "DOTNET_ROOT", "DOTNET_CLI_HOME", "DOTNET_NOLOGO", "SSL_CERT_FILE", "SSL_CERT_DIR",
    ];

    /// <summary>
    /// The instance as it is now. A crash between writing a start down and writing its process down leaves only the
    /// marker: the process is found by it, or it was never made.
    /// </summary>
    public InstanceRecord Look(InstanceRecord instance)
    {
        if (instance.Start is not { } start) return instance;
        if (start.Process is not { } stamp)
        {
            return ProcessTable.FindLeader(start.Marker) is { } found
                ? instance with { Start = start with { Process = found } }
                : Ended(instance, start, NeverStarted);
        }

        if (ProcessTable.IsAlive(stamp, start.Marker)) return instance;
        return Ended(instance, start, ReapIfEnded(stamp) ?? "exited (the code is not known)");
    }

    /// <summary>Starts an instance that does not run; why it could not be started is in the record.</summary>
    public InstanceRecord Start(OpenSlot slot, VersionName name, InstanceRecord instance, int addRestarts)
    {
        var version = slot.Record.Find(name)!;
        var number = instance.Number;
        var marker = $"{slot.Key}/{name}/{number}/{Guid.NewGuid():N}";
        var command = ProcessSettings.Fill(version.Command, slot.Key, name, instance.Port);
        var start = new StartRecord(marker, time.GetUtcNow(), command);
        var next = instance with { Start = start, NextStart = null };
        // The intent first: from here on a process with this marker is known, whenever this host dies.
        slot.Save(version.With(next) with { Restarts = version.Restarts + addRestarts });

        var log = LogFiles.Begin(slot.Folder, name, number, marker, start.At);
        var (pid, error) = Spawn.Start(command, Environment(marker), version.WorkingDirectory, log);
        next = error is null
            ? next with { Start = start with { Process = ProcessTable.Stamp(pid) } }
            : next with { Start = null, LastExit = $"cannot start '{command[0]}': {error}" };
        slot.Save(slot.Record.Find(name)!.With(next));
        return next;
    }

    /// <summary>
    /// One step towards "nothing of it runs": asks to end, after <see cref="StopGrace"/> kills; forgets the version
    /// when nothing is left, and says so.
    /// </summary>
    public bool StepStop(OpenSlot slot, VersionName name)
    {
        if (slot.Record.Find(name) is not { } version) return true;
        var now = time.GetUtcNow();
        var living = version.Instances.Select(i => i.Start).OfType<StartRecord>().SelectMany(FindLiving).ToList();
        if (living.Count == 0)
        {
            slot.Save(slot.Record.Without(name));
            return true;
        }

        // A clock that was set back must not give a process another grace.
        var isFirst = version.StopAsked is null || version.StopAsked > now;
        if (isFirst) slot.Save(version with { StopAsked = now });
        if (isFirst) SignalAll(living, Libc.SigTerm);
        else if (now - version.StopAsked >= StopGrace) SignalAll(living, Libc.SigKill);
        return false;
    }

    private static IEnumerable<(ProcessStamp Stamp, string Marker)> FindLiving(StartRecord start)
    {
        var found = ProcessTable.FindAll(start.Marker);
        // A program that is just being replaced by another shows no environment for a moment: it must not be forgotten.
        if (start.Process is { } stamp && !found.Contains(stamp) && ProcessTable.IsAlive(stamp, start.Marker))
            found = [.. found, stamp];
        if (start.Process is { } ended && found.Count == 0) ReapIfEnded(ended);
        return found.Select(process => (process, start.Marker));
    }

    /// <summary>Only while it is a zombie of this very start is the number certainly still its own.</summary>
    private static string? ReapIfEnded(ProcessStamp stamp) =>
        ProcessTable.View(stamp.Pid) is { HasEnded: true } view && view.StartTicks == stamp.StartTicks
            ? Libc.Reap(stamp.Pid)
            : null;

    private InstanceRecord Ended(InstanceRecord instance, StartRecord start, string exit)
    {
        // What it has started itself may still hold its port.
        SignalAll(ProcessTable.FindAll(start.Marker).Select(stamp => (stamp, start.Marker)), Libc.SigKill);
        return instance with { Start = null, LastExit = exit, NextStart = time.GetUtcNow() };
    }

    private static void SignalAll(IEnumerable<(ProcessStamp Stamp, string Marker)> processes, int signal)
    {
        foreach (var (stamp, marker) in processes) ProcessTable.Signal(stamp, marker, signal);
    }

    private static List<string> Environment(string marker)
    {
        var result = new List<string> { $"{ProcessTable.MarkerVariable}={marker}" };
        foreach (DictionaryEntry variable in System.Environment.GetEnvironmentVariables())
        {
            if (Inherited.Contains((string)variable.Key)) result.Add($"{variable.Key}={variable.Value}");
        }

        return result;
    }
}
