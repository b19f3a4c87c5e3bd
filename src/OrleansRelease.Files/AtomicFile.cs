using System.Runtime.InteropServices;
using System.Text;

namespace OrleansRelease.Files;

/// <summary>
/// Puts a whole file in its place, or leaves what is there: a crash at any moment leaves the old or the new content,
/// and when a call has returned the new one survives a power cut. Temporary file, fsync, rename, fsync of the folder.
/// </summary>
public static partial class AtomicFile
{
    /// <summary>How a file ends that a crash left half written; nobody may take it for a whole one.</summary>
    public const string TemporarySuffix = ".tmp";

    private static readonly TimeSpan TurnWithin = TimeSpan.FromSeconds(5);

    /// <summary>Replaces the file; of two that write at once, the whole of one stays.</summary>
    public static void Write(string path, string text, bool ownerOnly = false)
    {
        var temporary = TemporaryFor(path);
        try
        {
            WriteThrough(temporary, text, ownerOnly);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        SyncFolderOf(path);
    }

    /// <summary>
    /// Makes the file for its owner's eyes only, unless it is there already: of two that create at once, one wins and
    /// both then read the same.
    /// </summary>
    public static void CreateOwnerOnly(string path, string text)
    {
        var (folder, name) = (Path.GetDirectoryName(Path.GetFullPath(path))!, Path.GetFileName(path));
        FolderLock? turn = null;
        // The system has no move that surely fails when the target is there, so it is one after the other.
        SpinWait.SpinUntil(() => (turn = FolderLock.TryTake(folder, $"{name}.lock")) is not null, TurnWithin);
        using (turn ?? throw new IOException($"somebody else has been creating {path} for too long"))
        {
            if (!File.Exists(path)) Write(path, text, ownerOnly: true);
            // Whoever takes the next lock of this name, or waits for this one, finds the file.
            File.Delete(Path.Combine(folder, $"{name}.lock"));
        }
    }

    /// <summary>
    /// Deletes what writes that a kill cut short have left in the folder. Only for whoever has the folder for itself:
    /// from under a write that is under way it would take the file.
    /// </summary>
    public static void DeleteHalfWritten(string folder)
    {
        try
        {
            foreach (var half in Directory.EnumerateFiles(folder, "*" + TemporarySuffix).Where(IsHalfWritten))
                File.Delete(half);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Nobody reads it, so it may lie there until the next time.
        }
    }

    // Only names that are made here: a data folder may hold what people have put there.
    private static bool IsHalfWritten(string path) =>
        Path.GetExtension(Path.GetFileNameWithoutExtension(path)) is [_, .. var number]
        && Guid.TryParseExact(number, "N", out _);

    // A name of its own: with a shared one a second writer would take the file away from under the first.
    private static string TemporaryFor(string path) => $"{path}.{Guid.NewGuid():N}{TemporarySuffix}";

    private static void WriteThrough(string path, string text, bool ownerOnly)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        // From the first moment: a file that is narrowed later was open to others until then.
        if (ownerOnly && !OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var stream = new FileStream(path, options);
        stream.Write(Encoding.UTF8.GetBytes(text));
        stream.Flush(flushToDisk: true);
    }

    private static void SyncFolderOf(string path)
    {
        // Windows has no such call; its file systems journal the rename.
        if (OperatingSystem.IsWindows()) return;
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var handle = Open(folder, flags: 0);
        if (handle < 0) throw Failed("open");
        try
        {
            if (Fsync(handle) != 0) throw Failed("fsync");
        }
        finally
        {
            _ = Close(handle);
        }

        IOException Failed(string call) => new($"{call} of {folder} failed: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
