using OrleansRelease.Core.Json;
using OrleansRelease.Files;
using OrleansRelease.Router;

namespace OrleansRelease.Host.Demo;

/// <summary>Where the demo's router listens, as the router itself wrote it down.</summary>
internal sealed record RouterFiles(Uri Users, Uri Admin)
{
    public static bool Exist(DemoFolder folder) => File.Exists(PathOf(folder));

    public static void Delete(DemoFolder folder) => File.Delete(PathOf(folder));

    public static RouterFiles Read(DemoFolder folder)
    {
        var where = Vocabulary.Read<Where>(File.ReadAllText(PathOf(folder)));
        return new(new Uri(where.Urls[0]), new Uri(where.AdminUrls[0]));
    }

    public static string TokenPath(DemoFolder folder) => Path.Combine(folder.Router, AdminTokenFile.Name);

    public static string Token(DemoFolder folder) => AdminTokenFile.Read(TokenPath(folder));

    private static string PathOf(DemoFolder folder) => Path.Combine(folder.Router, RunningRouter.WhereFileName);

    private sealed record Where(string[] Urls, string[] AdminUrls);
}
