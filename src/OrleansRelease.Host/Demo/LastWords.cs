using System.Globalization;
using OrleansRelease.Core.Identity;
using OrleansRelease.Host.Demo.Shop;
using OrleansRelease.Host.Samples;

namespace OrleansRelease.Host.Demo;

/// <summary>The end of the demo: what was measured, and the same as commands.</summary>
internal static class LastWords
{
    private const string NextGood = "5.0.0";

    private const string NextBad = "6.0.0";

    private static readonly ReleaseName NextRelease = ReleaseName.From("shop-2026.11.4");

    /// <summary>Builds that the tour in the documentation moves: the first is good, the second is not.</summary>
    private static readonly (string Good, string Bad) OfTheTour = ("7.0.0", "8.0.0");

    /// <summary>Makes the demo's processes able to stay: users come from a process of their own from now on.</summary>
    public static async Task<bool> KeepAsync(Scene scene, CancellationToken cancellation)
    {
        foreach (var good in (string[])[NextGood, OfTheTour.Good])
            await Manifests.WriteVersionAsync(scene.Folder, good, SampleFault.None);
        foreach (var bad in (string[])[NextBad, OfTheTour.Bad])
            await Manifests.WriteVersionAsync(scene.Folder, bad, SampleFault.Errors);
        if (ShopManifests.Exist(scene.Folder))
        {
            await ShopManifests.WriteVersionAsync(scene.Folder, NextGood);
            await ShopManifests.WriteReleaseAsync(scene.Folder, NextRelease, NextGood);
        }

        if (!scene.HasNumbers) await scene.StartNumbersAsync(null, cancellation);
        scene.KeepUsers();
        return true;
    }

    public static void Say(Scene scene, DemoResult result, bool kept)
    {
        var screen = scene.Screen;
        screen.Title("What was measured");
        screen.Quote(Table(result));
        screen.Title(
            "What you just saw, as commands " + (kept ? "that work now" : "(demo --keep leaves it all running)"));
        screen.Quote(Commands(scene, hasService: result.Good is not null, hasShop: result.Release is not null));
    }

    private static IEnumerable<string> Table(DemoResult result)
    {
        if (result.Good is { } good) yield return Row("good version", $"{good.Version}: {good.Phase}");
        if (result.SurvivedKill is { } survived)
        {
            yield return Row(
                "kill -9 of the server in the middle", survived ? "the canary went on" : "the canary did NOT go on");
        }

        if (result.Bad is { } bad)
        {
            yield return Row("bad version", $"{bad.Version}: {bad.Phase}");
            yield return Row("first bad request → decision", Seconds(bad.DetectSeconds));
            yield return Row("first bad request → last request on it",
                $"{Seconds(bad.RollbackSeconds)}, announced: at most {Seconds(bad.BoundSeconds)}");
            yield return Row("bad requests", string.Create(CultureInfo.InvariantCulture,
                $"{bad.FailedRequests} of {bad.TotalRequests} that it got"));
        }

        if (result.HeldWithoutEvidence is { } held)
            yield return Row("no evidence", held ? "nothing moved, nothing was allowed to" : "it did NOT hold");
        if (result.Release is { } release)
        {
            yield return Row("release of four services", $"{release.GoodPhase} in staging and production");
            yield return Row("the next one, its last service failing",
                $"{release.BadPhase}: {string.Join(", ", release.RollbackOrder)}"
                + (release.RollbackOrder.SequenceEqual(release.ExpectedOrder) ? ", as planned" : ", NOT as planned"));
            yield return Row("first bad request → last request on any of it",
                $"{Seconds(release.RollbackSeconds)}, announced: at most {Seconds(release.BoundSeconds)}");
        }

        yield return Row("record of all decisions", result.ChainVerified ? "verified" : "NOT whole");
    }

    private static IEnumerable<string> Commands(Scene scene, bool hasService, bool hasShop)
    {
        var server = scene.Folder.Server;
        yield return $"export OREL_DATA={server}";
        var orel = $"dotnet run --project {CliProject()} --";
        var slot = $"{Manifests.Service} -e {Manifests.Environment}";
        yield return $"{orel} apply -f {scene.Folder.Manifests}";
        yield return $"{orel} get rollouts";
        if (hasService)
        {
            yield return $"{orel} explain {slot}";
            yield return $"{orel} plan {slot} --version {NextGood}";
            yield return $"{orel} rollout start {slot} --version {NextGood} --watch";
            yield return
                $"{orel} rollout start {slot} --version {NextBad} --watch    # it fails a share of its requests";
        }

        if (hasShop)
        {
            var production = ShopManifests.Production;
            yield return $"{orel} release explain {ShopActs.BrokenRelease} -e {production}";
            yield return $"{orel} plan {NextRelease} -e {production}";
            yield return $"{orel} simulate {NextRelease} -e {production} --fail {ShopManifests.Last}";
            yield return $"{orel} release start {NextRelease}";
            yield return $"{orel} release watch {NextRelease}";
        }

        yield return $"{Own} check --data {server}";
        yield return $"{Own} demo --stop {scene.Folder.Root}    # stops everything and removes it";
    }

    // From a build in the repository; elsewhere the program is installed under its name.
    private static string CliProject()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "OrleansRelease.sln")))
            folder = folder.Parent;
        return Path.Combine(folder?.FullName ?? "", "src", "OrleansRelease.Cli");
    }

    private static string Own => string.Join(' ', OwnProgram.Command);

    private static string Row(string what, string value) => $"{what,-46}{value}";

    private static string Seconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s");
}
