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
    private StorageOptions()
    {
    }

    /// <summary>The folder of the embedded store; null when the store is a PostgreSQL database.</summary>
    public string? DataFolder { get; private init; }

    /// <summary>The PostgreSQL database, with bounded times; null when the store is embedded.</summary>
    public string? ConnectionString { get; private init; }

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
        ConnectionString = Databases.PostgreSql.Bounded(connectionString),
        Writer = StorageWriter.GroupCommit,
    };
}
