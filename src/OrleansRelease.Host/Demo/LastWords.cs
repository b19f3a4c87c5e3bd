using System.Globalization;

namespace OrleansRelease.Host.Demo;

/// <summary>The end of the demo: what was measured, and the same as commands.</summary>
internal static class LastWords
{
    /// <summary>Makes the demo's processes able to stay: users come from a process of their own from now on.</summary>
    public static async Task<bool> KeepAsync(Scene scene, CancellationToken cancellation)
    {
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
        screen.Quote(Commands(scene));
    }

    private static IEnumerable<string> Table(DemoResult result)
    {
        yield return Row("good version", $"{result.Good.Version}: {result.Good.Phase}");
        if (result.SurvivedKill is { } survived)
        {
            yield return Row(
                "kill -9 of the server in the middle", survived ? "the canary went on" : "the canary did NOT go on");
        }

        yield return Row("bad version", $"{result.Bad.Version}: {result.Bad.Phase}");
        yield return Row("first bad request → decision", Seconds(result.Bad.DetectSeconds));
        yield return Row("first bad request → last request on it",
            $"{Seconds(result.Bad.RollbackSeconds)}, announced: at most {Seconds(result.Bad.BoundSeconds)}");
        yield return Row("bad requests", string.Create(CultureInfo.InvariantCulture,
            $"{result.Bad.FailedRequests} of {result.Bad.TotalRequests} that it got"));
        if (result.HeldWithoutEvidence is { } held)
            yield return Row("no evidence", held ? "nothing moved, nothing was allowed to" : "it did NOT hold");
        yield return Row("record of all decisions", result.ChainVerified ? "verified" : "NOT whole");
    }

    private static IEnumerable<string> Commands(Scene scene)
    {
        var server = scene.Folder.Server;
        var orel = "dotnet run --project src/OrleansRelease.Cli --";
        var move = $"{Manifests.Service} -e {Manifests.Environment} --version {Story.Unjudged}";
        yield return $"export OREL_DATA={server}";
        yield return $"{orel} apply -f {scene.Folder.Manifests}";
        yield return $"{orel} plan {move}";
        yield return $"{orel} rollout start {move}";
        yield return $"{orel} rollout watch {Manifests.Service} -e {Manifests.Environment}";
        yield return $"{orel} explain {Manifests.Service} -e {Manifests.Environment}";
        yield return $"{Own} check --data {server}";
        yield return $"{Own} demo --stop {scene.Folder.Root}        stops everything and removes it";
    }

    private static string Own => string.Join(' ', OwnProgram.Command);

    private static string Row(string what, string value) => $"{what,-42}{value}";

    private static string Seconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s");
}
