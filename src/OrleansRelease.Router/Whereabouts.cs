using System.Collections.Immutable;
using OrleansRelease.Core.Json;
using OrleansRelease.Files;

namespace OrleansRelease.Router;

/// <summary>Which process the router of a data folder is and where it listens, written down once it does.</summary>
public sealed record Whereabouts(
    int Pid, string StartId, ImmutableArray<string> Urls, ImmutableArray<string> AdminUrls)
{
    private const string FileName = "router.json";

    public static bool Exist(string dataFolder) => File.Exists(PathIn(dataFolder));

    public static Whereabouts Read(string dataFolder) =>
        Vocabulary.Read<Whereabouts>(File.ReadAllText(PathIn(dataFolder)));

    public static void Delete(string dataFolder) => File.Delete(PathIn(dataFolder));

    internal void Write(string dataFolder) => AtomicFile.Write(PathIn(dataFolder), Vocabulary.Write(this));

    private static string PathIn(string dataFolder) => Path.Combine(dataFolder, FileName);
}
