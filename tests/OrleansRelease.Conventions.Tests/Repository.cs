using System.Runtime.CompilerServices;

namespace OrleansRelease.Conventions.Tests;

/// <summary>The files of this checkout, as the conventions look at them.</summary>
internal static class Repository
{
    private static readonly string[] NotOurs =
        ["artifacts", "bin", "obj", ".git", "node_modules", "TestResults", ".orel"];

    public static string Root { get; } = FindRoot();

    public static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.Exists(Path.Combine(Root, folder))
            ? Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
                .Select(Relative)
                .Where(file => !file.Split('/').Any(NotOurs.Contains))
                .Order(StringComparer.Ordinal)
            : [];

    public static string Text(string file) => File.ReadAllText(Path.Combine(Root, file));

    public static string[] Lines(string file) => File.ReadAllLines(Path.Combine(Root, file));

    public static bool Exists(string path) =>
        File.Exists(Path.Combine(Root, path)) || Directory.Exists(Path.Combine(Root, path));

    /// <summary>Fails with every finding at once.</summary>
    public static void AssertNone(IEnumerable<string> findings) =>
        Assert.True(!findings.Any(), string.Join(Environment.NewLine, findings.Take(50)));

    private static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static string FindRoot([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
