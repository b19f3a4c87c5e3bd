using System.Runtime.InteropServices;
using System.Text;

namespace OrleansRelease.Router.Durability;

/// <summary>
/// Replaces a file so that a crash at any moment leaves the old or the new content, and what was answered stays true
/// after a power cut: temporary file, fsync, rename, fsync of the folder.
/// </summary>
internal static partial class AtomicFile
{
    public const string TemporarySuffix = ".tmp";

    public static void Write(string path, string text, UnixFileMode? mode = null)
    {
        var temporary = path + TemporarySuffix;
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (mode is not null && !OperatingSystem.IsWindows()) options.UnixCreateMode = mode;
        using (var stream = new FileStream(temporary, options))
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
        SyncFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    private static void SyncFolder(string folder)
    {
        // Windows has no such call; its file systems journal the rename.
        if (OperatingSystem.IsWindows()) return;
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

        IOException Failed(string call) => new($"{call} of {folder} failed: error {Marshal.GetLastPInvokeError()}");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
