namespace OrleansRelease.Ports.Storage;

/// <summary>The store on which a server was started, and on which all that it does is built.</summary>
public interface IOpenedStore
{
    /// <summary>
    /// Cancelled when another store is found in its place, as after a restore: fences and rows are of a past that is
    /// not on record there, so whoever acts stops at once.
    /// </summary>
    CancellationToken Replaced { get; }
}
