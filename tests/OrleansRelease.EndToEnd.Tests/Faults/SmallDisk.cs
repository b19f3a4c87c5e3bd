using System.Diagnostics;
using System.Globalization;

namespace OrleansRelease.EndToEnd.Tests.Faults;

/// <summary>A file system of its own that can be filled to the last byte: in memory, mounted by this run.</summary>
internal sealed class SmallDisk : IDisposable
{
    private const int Megabytes = 64;

    private const int Chunk = 4096;

    private readonly string _ballast;

    private SmallDisk(string folder) => (Folder, _ballast) = (folder, Path.Combine(folder, "ballast"));

    public string Folder { get; }

    /// <summary>Null when one can be mounted here.</summary>
    public static string? WhyNot()
    {
        try
        {
            using var disk = Mount();
            return null;
        }
        catch (Exception failed) when (failed is IOException or System.ComponentModel.Win32Exception)
        {
            return $"no file system of its own: {failed.Message}";
        }
    }

    public static SmallDisk Mount()
    {
        var folder = Directory.CreateTempSubdirectory("orel-small-disk-").FullName;
        var size = string.Create(CultureInfo.InvariantCulture, $"size={Megabytes}m");
        if (Run("mount", "-t", "tmpfs", "-o", size, "orel-small-disk", folder) is not { } problem) return new(folder);
        Directory.Delete(folder);
        throw new IOException(problem);
    }

    public void Fill()
    {
        var chunk = new byte[Chunk];
        try
        {
            using var file = new FileStream(_ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            for (var written = 0; written < Megabytes * 1024 * 1024; written += Chunk) file.Write(chunk);
        }
        catch (IOException)
        {
            // It is full.
            return;
        }

        throw new InvalidOperationException($"{Folder} took {Megabytes} MB and is not full");
    }

    public void Free() => File.Delete(_ballast);

    public void Dispose()
    {
        if (Run("umount", "--lazy", Folder) is null) Directory.Delete(Folder);
    }

    private static string? Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? null : $"{program}: {error.Trim()}";
    }
}
