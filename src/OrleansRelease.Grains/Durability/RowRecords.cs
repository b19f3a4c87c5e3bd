namespace OrleansRelease.Grains.Durability;

/// <summary>Where rows are kept.</summary>
internal static class RowRecords
{
    /// <summary>The name of the storage provider that writes a row and its transition as one.</summary>
    public const string Provider = "rows";
}
