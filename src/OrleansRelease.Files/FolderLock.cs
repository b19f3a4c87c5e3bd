namespace OrleansRelease.Files;

/// <summary>
/// A folder that one holder has for itself. The lock is the operating system's and belongs to the open file: it goes
/// with the process however that ends, and is not inherited by what the process starts.
/// </summary>
public sealed class FolderLock : IDisposable
{
    private const string FileName = "lock";

    // What opening a file that somebody holds says: EWOULDBLOCK of Linux and of macOS, ERROR_SHARING_VIOLATION.
    private static readonly int[] IsHeld = [11, 35, unchecked((int)0x8007_0020)];

    private readonly FileStream _held;

    private FolderLock(FileStream held) => _held = held;

    /// <summary>The folder, made if it is not there; null when somebody else holds it.</summary>
    public static FolderLock? TryTake(string folder) => TryTake(folder, FileName);

    internal static FolderLock? TryTake(string folder, string file)
    {
        Directory.CreateDirectory(folder);
        try
        {
            return new FolderLock(new FileStream(
                Path.Combine(folder, file), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException failure) when (IsHeld.Contains(failure.HResult))
        {
            return null;
        }
    }

    /// <summary>Whether somebody has it. Any number may ask at once and never take each other for the holder.</summary>
    internal static bool IsTaken(string folder, string file)
    {
        try
        {
            using var shared = new FileStream(
                Path.Combine(folder, file), FileMode.Open, FileAccess.Read, FileShare.Read);
            return false;
        }
        catch (IOException failure)
        {
            return IsHeld.Contains(failure.HResult);
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    public void Dispose() => _held.Dispose();
}
