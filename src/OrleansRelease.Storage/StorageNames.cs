namespace OrleansRelease.Storage;

/// <summary>Names by which others ask for what is stored here.</summary>
public static class StorageNames
{
    /// <summary>
    /// The provider that holds <see cref="Ports.Storage.RowRecord"/>. The name of the persistent state is the row's
    /// kind, and the key of the grain is the row's key; a write whose columns say otherwise is refused.
    /// </summary>
    public const string Rows = "rows";

    /// <summary>The meter of what a store counts about its writing.</summary>
    public const string Meter = "OrleansRelease.Storage";

    /// <summary>The source of what it adds to traces.</summary>
    public const string Traces = "OrleansRelease.Storage";
}
