using System.Collections.Immutable;
using OrleansRelease.Core.Manifests;

namespace OrleansRelease.Cli.Commands;

/// <summary>One file of manifests, as problems will name it.</summary>
internal sealed record ManifestFile(string Name, string Yaml)
{
    private static readonly string[] Extensions = [".yaml", ".yml"];

    /// <summary>A file, every YAML file below a folder in the order of names, or standard input.</summary>
    public static (IReadOnlyList<ManifestFile> Files, string? Problem) Read(
        IEnumerable<string> paths, Surroundings around)
    {
        var files = new List<ManifestFile>();
        foreach (var path in paths)
        {
            try
            {
                var found = path == "-" ? [new("(standard input)", around.In.ReadToEnd())] : Find(path, around.Folder);
                if (found.Count == 0) return ([], $"there is no .yaml file in {path}");
                files.AddRange(found);
            }
            catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
            {
                return ([], $"{path} cannot be read: {unreadable.Message}");
            }
        }

        return (files, null);
    }

    /// <summary>What is wrong with them together, as far as this program can read them.</summary>
    public static ImmutableArray<Problem> Together(IEnumerable<ManifestFile> files) =>
        ManifestSet.Check(files.Select(file => (file.Name, ManifestReader.Read(file.Yaml, file.Name))));

    private static List<ManifestFile> Find(string path, string folder)
    {
        var full = Path.GetFullPath(path, folder);
        if (!Directory.Exists(full)) return [new(path, File.ReadAllText(full))];
        return
        [
            .. Directory.EnumerateFiles(full, "*", SearchOption.AllDirectories)
                .Where(file => Extensions.Contains(Path.GetExtension(file)))
                .Order(StringComparer.Ordinal)
                .Select(file => new ManifestFile(
                    Path.Combine(path, Path.GetRelativePath(full, file)), File.ReadAllText(file))),
        ];
    }
}
