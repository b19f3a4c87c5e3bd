namespace OrleansRelease.Adapters.Targets.Process;

/// <summary>Where a path leads when every symbolic link on it is followed: so the kernel calls it.</summary>
internal static class RealPath
{
    /// <summary>As many as the kernel follows; more are a circle.</summary>
    private const int MaxLinks = 40;

    /// <summary>What is not there yet is taken as it will be when it is made.</summary>
    public static string Of(string path) => Of(path, MaxLinks);

    private static string Of(string path, int links)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (links == 0 || Path.GetDirectoryName(full) is not { } parent) return full;
        var folder = Of(parent, links);
        var here = Path.Combine(folder, Path.GetFileName(full));
        return new DirectoryInfo(here).LinkTarget is { } target ? Of(Path.Combine(folder, target), links - 1) : here;
    }
}
