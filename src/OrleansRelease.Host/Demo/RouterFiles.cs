using OrleansRelease.Files;
using OrleansRelease.Router;

namespace OrleansRelease.Host.Demo;

/// <summary>Where the demo's router listens, as the router itself wrote it down.</summary>
internal sealed record RouterFiles(Uri Users, Uri Admin)
{
    public static bool Exist(DemoFolder folder) => Whereabouts.Exist(folder.Router);

    public static void Delete(DemoFolder folder) => Whereabouts.Delete(folder.Router);

    public static RouterFiles Read(DemoFolder folder)
    {
        var where = Whereabouts.Read(folder.Router);
        return new(new Uri(where.Urls[0]), new Uri(where.AdminUrls[0]));
    }

    public static string TokenPath(DemoFolder folder) => Path.Combine(folder.Router, AdminTokenFile.Name);

    public static string Token(DemoFolder folder) => AdminTokenFile.Read(TokenPath(folder));
}
