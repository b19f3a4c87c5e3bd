using OrleansRelease.Storage.Formats;
using OrleansRelease.Storage.Servers;

namespace OrleansRelease.Storage;

/// <summary>How rows are written; both ways write and read the same rows.</summary>
public enum StorageWriter
{
    /// <summary>What many write at once goes into few transactions.</summary>
    GroupCommit,

    /// <summary>Orleans' own ADO.NET provider, one transaction for each write.</summary>
    AdoNet,
}

/// <summary>Where the store is and how it is written.</summary>
public sealed record StorageOptions
{
    private string? Connection { get; init; }

    private StorageOptions()
    {
    }

    /// <summary>The folder of the embedded store; null when the store is a PostgreSQL database.</summary>
    public string? DataFolder { get; private init; }

    /// <summary>The PostgreSQL database, with bounded times; null when the store is embedded.</summary>
    public string? ConnectionString => Connection is not null && Server is not null
        ? Databases.PostgreSql.Named(Connection, ConnectedServer.Presence(Server, Formats.Newest))
        : Connection;

    /// <summary>The name of the server that works on it; null for whoever only does something to it.</summary>
    public string? Server { get; init; }

    /// <summary>The formats that this build knows.</summary>
    public KnownFormats Formats { get; init; } = KnownFormats.OfThisBuild;

    public StorageWriter Writer { get; init; }

    /// <summary>
    /// Brings the schema up to date when the store is opened. The embedded store has one process, so nobody else can be
    /// in the way; a database has many, and there it is an act of its own.
    /// </summary>
    public bool MigrateOnStart { get; init; }

    /// <summary>What a second start is told about this one.</summary>
    public string Url { get; init; } = "";

    public static StorageOptions Embedded(string dataFolder) => new()
    {
        DataFolder = Path.GetFullPath(dataFolder),
        Writer = StorageWriter.GroupCommit,
        MigrateOnStart = true,
    };

    public static StorageOptions PostgreSql(string connectionString) => new()
    {
        Connection = Databases.PostgreSql.Bounded(connectionString),
        Writer = StorageWriter.GroupCommit,
    };
}
