using OrleansRelease.Core.Manifests;

namespace OrleansRelease.Core.Tests.Manifests;

/// <summary>The files that people are shown.</summary>
internal static class Samples
{
    public static string Root { get; } = Find();

    public static IEnumerable<string> Files =>
        Directory.EnumerateFiles(Path.Combine(Root, "samples"), "*.yaml", SearchOption.AllDirectories).Order();

    /// <summary>More good manifests, with every word of the language.</summary>
    public static IEnumerable<string> GoodFiles => Directory.EnumerateFiles(
        Path.Combine(Root, "tests", "OrleansRelease.Core.Tests", "Manifests", "Good"), "*.yaml").Order();

    public static string Text(string path) => File.ReadAllText(Path.Combine(Root, "samples", path));

    /// <summary>The only manifest of this kind and name in a text that must be right.</summary>
    public static T Only<T>(string yaml, string? name = null)
        where T : Manifest
    {
        var reading = ManifestReader.Read(yaml, "test.yaml");
        Assert.Empty(reading.Problems);
        return Assert.Single(reading.Manifests.OfType<T>(), manifest => name is null || manifest.Name == name);
    }

    public static T Read<T>(string path, string? name = null)
        where T : Manifest => Only<T>(Text(path), name);

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "OrleansRelease.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("the repository's root is not above the tests");
    }
}
