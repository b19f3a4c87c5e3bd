using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Adapters.Targets.Process;

/// <summary>All that must be known of one slot after any crash: one small file.</summary>
internal sealed record SlotRecord(AcceptedCall? Last, ImmutableArray<VersionRecord> Versions)
{
    public static readonly SlotRecord Empty = new(null, []);

    /// <summary>Whether nothing is missing that is always written.</summary>
    [JsonIgnore]
    public bool IsWhole => !Versions.IsDefault && Versions.All(version => version is { IsWhole: true });

    public VersionRecord? Find(VersionName version) => Versions.FirstOrDefault(v => v.Version == version);

    public SlotRecord With(VersionRecord version) =>
        Find(version.Version) is { } old
            ? this with { Versions = Versions.Replace(old, version) }
            : this with { Versions = Versions.Add(version) };

    public SlotRecord Without(VersionName version) =>
        this with { Versions = Versions.RemoveAll(v => v.Version == version) };
}

internal enum VersionPhase
{
    /// <summary>A deploy was accepted and has not succeeded yet: an exit fails it, nothing is started again.</summary>
    Starting,

    /// <summary>It was deployed: whatever exits is started again.</summary>
    Running,

    /// <summary>It is to be gone; whoever comes by carries on with that.</summary>
    Stopping,
}

/// <summary>
/// One version that runs, or should. <see cref="Command"/> keeps its placeholders: they are filled at each start.
/// <see cref="StopAsked"/> is when the instances were first told to stop.
/// </summary>
internal sealed record VersionRecord(
    VersionName Version, VersionPhase Phase, Fence Fence, ImmutableArray<string> Command, string? WorkingDirectory,
    ImmutableArray<InstanceRecord> Instances, int Restarts = 0, DateTimeOffset? StopAsked = null)
{
    [JsonIgnore]
    public bool IsWhole => !Command.IsDefault && !Instances.IsDefault && Instances.All(
        instance => instance is { Start: null or { Marker: not null, CommandLine.IsDefault: false } });

    public VersionRecord With(InstanceRecord instance) =>
        this with { Instances = [.. Instances.Select(i => i.Number == instance.Number ? instance : i)] };
}

/// <summary>
/// One instance, on the port that it keeps over its restarts. <see cref="Start"/> is null while nothing of it runs;
/// <see cref="Failures"/> in a row put off <see cref="NextStart"/>.
/// </summary>
internal sealed record InstanceRecord(
    int Number, int Port, StartRecord? Start = null, int Failures = 0, DateTimeOffset? NextStart = null,
    string? LastExit = null);

/// <summary>
/// One start of an instance, written before the process exists: <see cref="Marker"/> is in its environment and unique,
/// so that it is found again when the host died before <see cref="Process"/> could be written.
/// <see cref="Members"/> are the processes that it consisted of when it was last asked to stop.
/// </summary>
internal sealed record StartRecord(
    string Marker, DateTimeOffset At, ImmutableArray<string> CommandLine, ProcessStamp? Process = null,
    ImmutableArray<ProcessStamp>? Members = null);

/// <summary>
/// What tells a process from a later one with the same number: its start in clock ticks since the boot, and the boot.
/// </summary>
internal sealed record ProcessStamp(int Pid, long StartTicks, string BootId);
