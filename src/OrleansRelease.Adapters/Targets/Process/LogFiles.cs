using System.Globalization;
using System.Text;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Adapters.Targets.Process;

/// <summary>What the instances of a slot print: a file each, bounded in size and number.</summary>
internal static class LogFiles
{
    public const long MaxBytes = 1024 * 1024;

    /// <summary>Of instances that are gone; one that is on record keeps its file and the one before it.</summary>
    public const int MaxFilesOfGone = 20;

    private const string BeforeThis = ".1";

    private const int TailBytes = 4096;

    private const int TailLines = 8;

    private const int TailCharacters = 800;

    private const string StartOfRun = "---- start ";

    public static string PathOf(string slotFolder, VersionName version, int number) =>
        Path.Combine(slotFolder, "logs", string.Create(CultureInfo.InvariantCulture, $"{version}.{number}.log"));

    /// <summary>The file for one instance's output, with a line that begins this run.</summary>
    public static string Begin(string slotFolder, VersionName version, int number, string marker, DateTimeOffset at)
    {
        var folder = Path.Combine(slotFolder, "logs");
        Directory.CreateDirectory(folder);
        var path = PathOf(slotFolder, version, number);
        File.AppendAllText(path, string.Create(
            CultureInfo.InvariantCulture, $"{StartOfRun}{at:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {marker}\n"));
        return path;
    }

    /// <summary>
    /// Moves the end of a file aside when it has grown too large. The writer appends, so it goes on at the new end;
    /// what it wrote between the copy and the cut is lost.
    /// </summary>
    public static void Rotate(string slotFolder, VersionName version, int number)
    {
        var path = PathOf(slotFolder, version, number);
        if (!File.Exists(path) || new FileInfo(path).Length <= MaxBytes) return;
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        file.Seek(-MaxBytes, SeekOrigin.End);
        var end = new byte[MaxBytes];
        var read = file.ReadAtLeast(end, end.Length, throwOnEndOfStream: false);
        File.WriteAllBytes(path + BeforeThis, end.AsSpan(0, read));
        file.SetLength(0);
    }

    /// <summary>The last lines of the newest run, bounded, on one line.</summary>
    public static string Tail(string slotFolder, VersionName version, int number)
    {
        var path = PathOf(slotFolder, version, number);
        if (!File.Exists(path)) return "";
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Seek(-Math.Min(TailBytes, file.Length), SeekOrigin.End);
        var bytes = new byte[TailBytes];
        var read = file.ReadAtLeast(bytes, TailBytes, throwOnEndOfStream: false);
        var lines = Encoding.UTF8.GetString(bytes, 0, read).Split('\n').ToList();
        var run = lines.Skip(lines.FindLastIndex(line => line.StartsWith(StartOfRun, StringComparison.Ordinal)) + 1);
        var tail = string.Join(" | ", run.Select(Printable).Where(line => line.Length > 0).TakeLast(TailLines));
        return tail.Length <= TailCharacters ? tail : tail[^TailCharacters..];
    }

    private static string Printable(string line) =>
        new(line.Trim().Select(c => char.IsControl(c) ? ' ' : c).ToArray());

    /// <summary>Deletes old files, none that a running instance writes to: what it says later would be lost.</summary>
    public static void Prune(string slotFolder, SlotRecord record)
    {
        var folder = new DirectoryInfo(Path.Combine(slotFolder, "logs"));
        if (!folder.Exists) return;
        var known = record.Versions
            .SelectMany(version => version.Instances.Select(i => PathOf(slotFolder, version.Version, i.Number)))
            .SelectMany(path => new[] { path, path + BeforeThis }).Select(Path.GetFileName).ToHashSet();
        var gone = folder.EnumerateFiles().Where(file => !known.Contains(file.Name));
        foreach (var file in gone.OrderByDescending(file => file.LastWriteTimeUtc).Skip(MaxFilesOfGone)) file.Delete();
    }
}
