namespace OrleansRelease.Host.Running;

/// <summary>Files that only their owner may read, and that nobody ever sees half written.</summary>
internal static class OwnFile
{
    public static void Write(string path, string content) => File.Move(WriteHalf(path, content), path, overwrite: true);

    /// <summary>Leaves what is there already: of two that create at once, one wins and both read the same.</summary>
    public static void Create(string path, string content)
    {
        var half = WriteHalf(path, content);
        try
        {
            File.Move(half, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(half);
        }
    }

    private static string WriteHalf(string path, string content)
    {
        var half = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(half, options))
        {
            stream.Write(System.Text.Encoding.UTF8.GetBytes(content));
            stream.Flush(flushToDisk: true);
        }

        return half;
    }
}
