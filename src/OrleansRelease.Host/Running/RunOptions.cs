namespace OrleansRelease.Host.Running;

/// <summary>What one server process is started with.</summary>
internal sealed record RunOptions
{
    public required string DataFolder { get; init; }

    /// <summary>The connection string of a PostgreSQL database; null for the embedded store in the folder.</summary>
    public string? Postgres { get; init; }

    public required IReadOnlyList<string> Urls { get; init; }

    public LogLevel LogLevel { get; init; } = LogLevel.Information;
}
