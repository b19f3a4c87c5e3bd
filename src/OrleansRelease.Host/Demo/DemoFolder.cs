using System.Diagnostics.CodeAnalysis;

namespace OrleansRelease.Host.Demo;

/// <summary>The one folder that holds everything of one demo, so that nothing else has to be cleaned up.</summary>
internal sealed record DemoFolder(string Root)
{
    private const string Prefix = "orel-demo-";

    public string Server => Path.Combine(Root, "server");

    public string Router => Path.Combine(Root, "router");

    public string Numbers => Path.Combine(Root, "numbers");

    public string Manifests => Path.Combine(Root, "manifests");

    /// <summary>One file of arguments per version: the demo's way of having good and bad builds.</summary>
    public string Versions => Path.Combine(Root, "versions");

    public string Logs => Path.Combine(Root, "logs");

    public string RouterLog => Path.Combine(Logs, "router-events.log");

    /// <summary>
    /// What each instance says to have served: a file for each, because only one process at a time can have its port.
    /// </summary>
    public string ServedLog => Path.Combine(Logs, "served-{{service}}-{{version}}-{{port}}.log");

    public string Children => Path.Combine(Root, "processes");

    public static DemoFolder Create()
    {
        var folder = new DemoFolder(Directory.CreateTempSubdirectory(Prefix).FullName);
        foreach (var path in (string[])[folder.Server, folder.Router, folder.Numbers, folder.Manifests,
            folder.Versions, folder.Logs, folder.Children])
        {
            Directory.CreateDirectory(path);
        }

        return folder;
    }

    /// <summary>A folder that a demo made; anything else is not one that may be deleted.</summary>
    public static bool TryOpen(string path, [NotNullWhen(true)] out DemoFolder? folder)
    {
        folder = new DemoFolder(Path.GetFullPath(path));
        if (Path.GetFileName(folder.Root).StartsWith(Prefix, StringComparison.Ordinal)
            && Directory.Exists(folder.Children))
        {
            return true;
        }

        folder = null;
        return false;
    }

    public void Delete()
    {
        if (Directory.Exists(Root)) Directory.Delete(Root, recursive: true);
    }
}
