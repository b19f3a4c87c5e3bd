namespace OrleansRelease.Files;

/// <summary>
/// A data folder that a server runs on, and where that one listens. The address is only true while the lock beside it
/// is held: when the process has ended, however it did, somebody else may listen there, and must not be sent the token.
/// </summary>
public sealed class ServedFolder : IDisposable
{
    /// <summary>In the folder: the first address of the API, while a server runs there.</summary>
    public const string UrlFileName = "server.url";

    private const string LockFileName = "server.lock";

    /// <summary>Whoever looks for the server has the lock for a moment, so it is tried more than once.</summary>
    private const int Attempts = 20;

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(50);

    private readonly string _urlFile;
    private readonly FolderLock _lock;

    private ServedFolder(string urlFile, FolderLock held) => (_urlFile, _lock) = (urlFile, held);

    /// <summary>The folder, without an address yet; null when another server runs on it.</summary>
    public static async Task<ServedFolder?> TryTakeAsync(
        string folder, TimeProvider time, CancellationToken cancellation)
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            if (FolderLock.TryTake(folder, LockFileName) is { } held)
            {
                var taken = new ServedFolder(Path.Combine(folder, UrlFileName), held);
                // One that was killed has left its address, which the lock would make true again.
                taken.Withdraw();
                AtomicFile.DeleteHalfWritten(folder);
                return taken;
            }

            await Task.Delay(Between, time, cancellation);
        }

        return null;
    }

    /// <summary>Where the server of the folder listens; null when none runs.</summary>
    public static string? UrlOf(string folder)
    {
        if (!FolderLock.IsTaken(folder, LockFileName)) return null;
        try
        {
            return File.ReadAllText(Path.Combine(folder, UrlFileName)).Trim();
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Announce(string url) => AtomicFile.Write(_urlFile, url, ownerOnly: true);

    /// <summary>The server stops: nobody is to look for it any more.</summary>
    public void Withdraw() => File.Delete(_urlFile);

    public void Dispose()
    {
        Withdraw();
        _lock.Dispose();
    }
}
