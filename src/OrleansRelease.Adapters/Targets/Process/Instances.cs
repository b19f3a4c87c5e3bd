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
    internal static readonly ImmutableArray<string> Inherited =
    [
        "PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH",
        "DOTNET_ROOT", "DOTNET_CLI_HOME", "DOTNET_NOLOGO", "SSL_CERT_FILE", "SSL_CERT_DIR",
    ];

    /// <summary>
    /// The instance as it is now. A crash between writing a start down and writing its process down leaves only the
    /// marker: the process is found by it, or it was never made.
    /// </summary>
    public InstanceRecord Look(OpenSlot slot, VersionName version, InstanceRecord instance)
    {
        if (instance.Start is not { } start) return instance;
        if (start.Process is not { } stamp)
        {
            return ProcessTable.FindLeader(start.Marker) is { } found
                ? instance with { Start = start with { Process = found } }
                : Ended(slot, version, instance);
        }

        return ProcessTable.IsAlive(stamp, start.Marker) ? instance : Ended(slot, version, instance);
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

        LogFiles.Prune(slot.Folder, slot.Record);
        var log = LogFiles.Begin(slot.Folder, name, number, marker, start.At);
        var (pid, error) = Spawn.Start(command, Environment(marker), version.WorkingDirectory, log);
        // A host that dies before the next write leaves a process that only its marker tells of. One that has written
        // over its environment by the time the next host looks is not found: the instance is started a second time,
        // cannot have its port, and says so; the first one stays until a person ends it.
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
        var all = ProcessTable.All();
        var living = version.Instances.ToDictionary(i => i.Number, i => FindLiving(slot, name, i, all));
        if (living.Values.All(found => found.Count == 0))
        {
            foreach (var start in version.Instances.Select(i => i.Start)) ReapIfEnded(start?.Process);
            slot.Save(slot.Record.Without(name));
            return true;
        }

        // A clock that was set back must not give a process another grace.
        var isFirst = version.StopAsked is null || version.StopAsked > now;
        var next = version with { Instances = [.. version.Instances.Select(i => Remember(i, living[i.Number]))] };
        // Written before the first signal: a leader that ends must not leave members that nobody knows any more.
        if (isFirst) slot.Save(next with { StopAsked = now });
        else if (!next.Instances.SequenceEqual(version.Instances)) slot.Save(next);
        var signal = isFirst ? Libc.SigTerm : now - version.StopAsked >= StopGrace ? Libc.SigKill : 0;
        if (signal == 0) return false;
        foreach (var instance in version.Instances) SignalAll(instance, living[instance.Number], signal);
        return false;
    }

    private static IReadOnlyList<ProcessStamp> FindLiving(
        OpenSlot slot, VersionName version, InstanceRecord instance, IReadOnlyList<ProcessSighting> all) =>
        instance.Start is not { } start ? [] : InstanceProcesses.FindLiving(
            start, instance.Port, LogFiles.PathOf(slot.Folder, version, instance.Number), all);

    private static InstanceRecord Remember(InstanceRecord instance, IReadOnlyList<ProcessStamp> living) =>
        instance.Start is { } start && living.Except(start.Members ?? []).Any()
            ? instance with { Start = start with { Members = [.. living] } }
            : instance;

    /// <summary>Only while it is a zombie of this very start is the number certainly still its own.</summary>
    private static string? ReapIfEnded(ProcessStamp? stamp) =>
        stamp is not null && ProcessTable.Find(stamp) is { HasEnded: true } ? Libc.Reap(stamp.Pid) : null;

    private InstanceRecord Ended(OpenSlot slot, VersionName version, InstanceRecord instance)
    {
        // What it has started itself may still hold its port. Before its end is taken note of: until then nobody else
        // can have its session's number.
        SignalAll(instance, FindLiving(slot, version, instance, ProcessTable.All()), Libc.SigKill);
        var exit = instance.Start!.Process is { } stamp
            ? ReapIfEnded(stamp) ?? "exited (the code is not known)"
            : NeverStarted;
        return instance with { Start = null, LastExit = exit, NextStart = time.GetUtcNow() };
    }

    private static void SignalAll(InstanceRecord instance, IReadOnlyList<ProcessStamp> processes, int signal)
    {
        foreach (var stamp in processes) ProcessTable.Signal(stamp, instance.Start!.Marker, signal);
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
