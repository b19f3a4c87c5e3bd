using System.Net;
using OrleansRelease.Files;
using OrleansRelease.Grains.Wakeups;
using OrleansRelease.Host.Telemetry;
using OrleansRelease.Storage;

namespace OrleansRelease.Host.Running;

/// <summary>What one server process is started with.</summary>
internal sealed record RunOptions
{
    public required string DataFolder { get; init; }

    /// <summary>The connection string of a PostgreSQL database; null for the embedded store in the folder.</summary>
    public string? Postgres { get; init; }

    public Role Role { get; init; }

    public required IReadOnlyList<string> Urls { get; init; }

    /// <summary>Where the other servers of the cluster reach this one.</summary>
    public IPAddress ClusterAddress { get; init; } = IPAddress.Loopback;

    /// <summary>Null: the port that this folder had before, or a free one.</summary>
    public int? ClusterPort { get; init; }

    /// <summary>Null: in the folder.</summary>
    public string? TokenFile { get; init; }

    /// <summary>What the targets of this machine keep; null: in the folder.</summary>
    public string? TargetsFolder { get; init; }

    /// <summary>How rows that are due are looked for; in a cluster they are reminded of as well.</summary>
    public WakeOptions Wakes { get; init; } = new();

    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    public LogFormat LogFormat { get; init; }

    /// <summary>Where traces are sent; null: nowhere.</summary>
    public Uri? Otlp { get; init; }

    /// <summary>How long it answers after it was asked to end; null: as <see cref="DrainFor"/> says.</summary>
    public TimeSpan? Drain { get; init; }

    /// <summary>
    /// Longer than who spreads requests over several servers takes to see that one is not ready any more. Where nobody
    /// else could answer, and where nobody asks, there is nothing to wait for.
    /// </summary>
    public TimeSpan DrainFor =>
        Drain ?? (Postgres is null || Role == Role.Silo ? TimeSpan.Zero : TimeSpan.FromSeconds(5));

    /// <summary>By which the servers of a cluster know this process.</summary>
    public static string ServerName { get; } = $"{Environment.MachineName}-{Environment.ProcessId}";

    public string TokenPath => TokenFile ?? AdminTokenFile.In(DataFolder);

    /// <summary>How rows are written; both ways write and read the same.</summary>
    public StorageWriter Writer { get; init; }

    public StorageOptions Store => Where with { Writer = Writer };

    private StorageOptions Where => Postgres is { } connection
        ? StorageOptions.PostgreSql(connection) with { Server = ServerName }
        : StorageOptions.Embedded(DataFolder) with { Url = Urls[0] };
}
