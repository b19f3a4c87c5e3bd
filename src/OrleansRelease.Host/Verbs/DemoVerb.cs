using System.CommandLine;
using OrleansRelease.Host.Demo;
using OrleansRelease.Host.Samples;

namespace OrleansRelease.Host.Verbs;

/// <summary><c>demo</c>: the main job, with real processes and real requests.</summary>
internal static class DemoVerb
{
    private static readonly Option<bool> Keep = new("--keep")
    {
        Description = "Leave everything running at the end, so that you can go on with it.",
    };

    private static readonly Option<bool> Json = new("--json")
    {
        Description = "End with one JSON object on standard output; everything else goes to standard error.",
    };

    private static readonly Option<string> Bad = new("--bad")
    {
        Description = "How the bad version is bad: it fails, is slow, crashes, turns bad later, or gives no numbers.",
        DefaultValueFactory = _ => "errors",
    };

    private static readonly Option<string?> Only = new("--only")
    {
        Description = "Show only this: bad (the bad version, without the good one and the dead monitoring), or shop "
            + "(the releases of four services).",
    };

    private static readonly Option<string?> Stop = new("--stop")
    {
        Description = "Stop what an earlier demo left running in this folder, and remove the folder.",
        HelpName = "FOLDER",
    };

    public static Command Build()
    {
        Bad.AcceptOnlyFromAmong("errors", "slow", "crash", "late", "silent");
        Only.AcceptOnlyFromAmong(DemoOptions.BadVersion, DemoOptions.Shop);
        var command = new Command(
            "demo", "See a good version get through, a bad one taken back, and what happens when nobody can tell.")
        { Keep, Json, Bad, Only, Stop };
        command.SetAction((parsed, _) => Ending.OfAsync(() => parsed.GetValue(Stop) is { } folder
            ? StopAsync(folder)
            : DemoRun.RunAsync(new DemoOptions(
                parsed.GetValue(Keep), parsed.GetValue(Json),
                Enum.Parse<SampleFault>(parsed.GetValue(Bad)!, ignoreCase: true), parsed.GetValue(Only)))));
        return Examples.Show(command, "demo", "demo --bad slow", "demo --keep", "demo --json --only shop");
    }

    /// <summary>The demo's own helpers: not for people.</summary>
    public static IEnumerable<Command> BuildHidden()
    {
        var root = new Argument<string>("folder");
        var silent = new Option<string?>("--silent");
        var url = new Option<string>("--url") { DefaultValueFactory = _ => "http://127.0.0.1:0" };
        var guard = new Command(Guard.Verb) { root };
        guard.SetAction((parsed, _) => Guard.WatchAsync(parsed.GetValue(root)!));
        var numbers = new Command(NumbersServer.Verb) { root, silent, url };
        numbers.SetAction((parsed, cancellation) =>
            NumbersServer.RunAsync(
                parsed.GetValue(root)!, parsed.GetValue(silent), parsed.GetValue(url)!, cancellation));
        var users = new Command(Load.Verb) { root };
        users.SetAction((parsed, cancellation) => Load.RunAsync(parsed.GetValue(root)!, cancellation));
        foreach (var command in (Command[])[guard, numbers, users]) command.Hidden = true;
        return [guard, numbers, users];
    }

    private static async Task<int> StopAsync(string path)
    {
        if (!DemoFolder.TryOpen(path, out var folder)) throw new Ending.Refused($"{path} is not the folder of a demo");
        await Leftovers.RemoveAsync(folder);
        Console.WriteLine($"everything in {folder.Root} has been stopped and removed");
        return Ending.Good;
    }
}
