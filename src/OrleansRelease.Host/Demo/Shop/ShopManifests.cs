using System.Collections.Immutable;
using OrleansRelease.Core.Identity;
using OrleansRelease.Host.Samples;

namespace OrleansRelease.Host.Demo.Shop;

/// <summary>
/// A shop of four services in two environments: its manifests, as files that a reader can look at and apply, and its
/// versions.
/// </summary>
internal static class ShopManifests
{
    public const string FileName = "shop.yaml";

    public static readonly EnvironmentName Staging = EnvironmentName.From("staging");

    public static readonly EnvironmentName Production = EnvironmentName.From("production");

    /// <summary>Each with what it stands on.</summary>
    private static readonly ImmutableArray<(string Service, string[] On)> Diamond =
        [("catalog", []), ("cart", ["catalog"]), ("search", ["catalog"]), ("web", ["cart", "search"])];

    /// <summary>Where nothing runs yet there is nothing to share requests with.</summary>
    public const string AllAtOnce = "allAtOnce: {analysis: [visitors], verify: 1s}";

    public const string Canary = "canary: {analysis: [visitors], weights: [25], each: 3s, verify: 3s}";

    public static ImmutableArray<ServiceName> Services { get; } =
        [.. Diamond.Select(one => ServiceName.From(one.Service))];

    /// <summary>On what all others stand, and what stands on all others.</summary>
    public static ServiceName Last => Services[^1];

    public static ImmutableArray<SlotKey> Slots { get; } =
    [
        .. from environment in new[] { Staging, Production }
           from service in Services
           select new SlotKey(service, environment),
    ];

    public static bool Exist(DemoFolder folder) => File.Exists(Path.Combine(folder.Manifests, FileName));

    public static string FileOf(ReleaseName release) => $"{release}.yaml";

    /// <summary>Where users of one of its services send their requests.</summary>
    public static Uri UrlOf(DemoFolder folder, SlotKey slot) => new(RouterFiles.Read(folder).Users, $"/{slot}/");

    public static string ServedBy(SlotKey slot, string version) => $"served-{slot}-{version}-*.log";

    /// <param name="folder">Where they are written.</param>
    /// <param name="inStaging">The strategy there.</param>
    /// <param name="inProduction">The strategy there.</param>
    /// <param name="router">Where the router is told what to do; null: as it wrote down itself.</param>
    public static async Task WriteAsync(
        DemoFolder folder, string inStaging, string inProduction, Uri? router = null)
    {
        var admin = router ?? RouterFiles.Read(folder).Admin;
        var shop = (await Manifests.TemplateAsync(FileName))
            .Replace("<in-staging>", inStaging, StringComparison.Ordinal)
            .Replace("<in-production>", inProduction, StringComparison.Ordinal)
            .Replace("<router-admin>", Manifests.Quoted(admin.AbsoluteUri), StringComparison.Ordinal)
            .Replace("<router-token>", Manifests.Quoted(RouterFiles.TokenPath(folder)), StringComparison.Ordinal);
        var service = await Manifests.TemplateAsync("shop-service.yaml");
        foreach (var (name, on) in Diamond)
        {
            shop += service.Replace("<service>", name, StringComparison.Ordinal)
                .Replace("<depends-on>", string.Join(", ", on), StringComparison.Ordinal)
                .Replace("<command>", CommandIn(folder), StringComparison.Ordinal);
        }

        await File.WriteAllTextAsync(Path.Combine(folder.Manifests, FileName), shop);
    }

    public static async Task WriteReleaseAsync(
        DemoFolder folder, ReleaseName release, string version, string environments = "staging, production",
        int maxParallel = 4) =>
        await File.WriteAllTextAsync(
            Path.Combine(folder.Manifests, FileOf(release)),
            (await Manifests.TemplateAsync("shop-release.yaml"))
                .Replace("<release>", $"{release}", StringComparison.Ordinal)
                .Replace("<environments>", environments, StringComparison.Ordinal)
                .Replace("<max-parallel>", $"{maxParallel}", StringComparison.Ordinal)
                .Replace("<services>",
                    string.Join(", ", Services.Select(service => $"{service}: {version}")), StringComparison.Ordinal));

    /// <summary>The same build behaves everywhere alike, but for where it is told here to be bad.</summary>
    public static async Task WriteVersionAsync(
        DemoFolder folder, string version, SlotKey? badIn = null, SampleFault fault = SampleFault.Errors)
    {
        foreach (var slot in Slots)
        {
            await File.WriteAllLinesAsync(
                Path.Combine(folder.Versions, $"{slot}.{version}.args"),
                Manifests.ArgumentsFor(slot == badIn ? fault : SampleFault.None));
        }
    }

    private static string CommandIn(DemoFolder folder)
    {
        string[] command =
        [
            .. OwnProgram.Command, "sample", "--version", "{{version}}", "--port", "{{port}}",
            "--log", Path.Combine(folder.Logs, "served-{{service}}.{{environment}}-{{version}}-{{port}}.log"),
            "@" + Path.Combine(folder.Versions, "{{service}}.{{environment}}.{{version}}.args"),
        ];
        return $"[{string.Join(", ", command.Select(Manifests.Quoted))}]";
    }
}
