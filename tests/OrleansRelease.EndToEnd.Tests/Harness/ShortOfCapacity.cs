using System.Globalization;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Units;
using OrleansRelease.EndToEnd.Tests.Checking;
using OrleansRelease.Host.Demo;

namespace OrleansRelease.EndToEnd.Tests.Harness;

/// <summary>
/// A service whose stable version has two instances, each of which serves <see cref="Capacity"/> requests at once and
/// fails who comes above that. One is too few for all of its users, and enough for those of class high.
/// </summary>
internal sealed class ShortOfCapacity : IAsyncDisposable
{
    public const string Stable = "1.0.0";

    public const string Next = "2.0.0";

    public const int Capacity = 10;

    public const int High = 6;

    public const int Low = 12;

    /// <summary>So long that the capacity is short before the processor is.</summary>
    private const int Latency = 30;

    public static readonly SlotKey Slot = SlotKey.From("short.short-env");

    private readonly RouterLog _router;
    private ClassedUsers? _users;

    private ShortOfCapacity(World world) => (World, _router) = (world, new RouterLog(world.Folder.RouterLog));

    public World World { get; }

    public ClassedUsers Users => _users ?? throw new InvalidOperationException("nobody uses the service yet");

    private DemoFolder Folder => World.Folder;

    /// <summary>While it is not there, no instance of the stable version gets ready that starts.</summary>
    private string Ready => Path.Combine(Folder.Root, "stable-is-ready");

    private string Bad => Path.Combine(Folder.Root, "next-is-bad");

    /// <summary>The first version is stable, and all users are there.</summary>
    public static async Task<ShortOfCapacity> StartAsync()
    {
        var here = new ShortOfCapacity(await World.StartAsync());
        try
        {
            await here.EstablishAsync();
            return here;
        }
        catch
        {
            await here.DisposeAsync();
            throw;
        }
    }

    /// <summary>The next version has half of the requests, and stays there for a while.</summary>
    public async Task<string> BeginAsync()
    {
        var rollout = await StartAsync(Next);
        await World.IsAsync(rollout, "at 50 %", view => view.State.Exposure.Confirmed == Weight.Percent(50));
        return rollout;
    }

    /// <summary>One instance of the stable version dies; it is started again, and that takes long.</summary>
    public async Task LoseOneAsync()
    {
        File.Delete(Ready);
        var (id, _) = ProcessesOf.IdsOf(Folder.Root).First(found =>
            found.Command.Contains(" sample ", StringComparison.Ordinal)
            && found.Command.Contains($"--version {Stable} ", StringComparison.Ordinal));
        await ProcessSignals.SendAsync("KILL", [id]);
    }

    /// <summary>The instance that was started again is ready at last.</summary>
    public void GetReady() => File.WriteAllText(Ready, "");

    public void TurnBad() => File.WriteAllText(Bad, "");

    /// <summary>The first change of the router since a moment that is like this.</summary>
    public async Task<RouterEvent> ChangedAsync(string what, long since, Func<RouterEvent, bool> isIt) =>
        (await Eventually.IsAsync(
            what,
            async () => (await EventsAsync()).FirstOrDefault(
                change => change.Event == "applied" && change.At >= since && isIt(change)),
            change => change is not null))!;

    /// <summary>How many requests the router says to have refused.</summary>
    public async Task<long> ShedAsync() =>
        (await EventsAsync()).Where(line => line.Event == "shed").Sum(line => line.Total);

    /// <summary>What an outside checker has against what happened; nothing, if all is well.</summary>
    public async Task<IReadOnlyList<string>> ProblemsAsync() =>
        new OutsideChecker(Slot.ToString(), [5_000, 10_000], await EventsAsync(), []).Problems();

    public async ValueTask DisposeAsync()
    {
        if (_users is not null) await _users.DisposeAsync();
        await World.DisposeAsync();
    }

    private async Task<IReadOnlyList<RouterEvent>> EventsAsync() =>
        [.. (await _router.ReadAsync()).Where(line => line.Slot == Slot.ToString())];

    private async Task EstablishAsync()
    {
        GetReady();
        var latency = string.Create(CultureInfo.InvariantCulture, $"--latency {Latency}");
        await WriteAsync(Stable, latency, string.Create(CultureInfo.InvariantCulture, $"--capacity {Capacity}"),
            $"--ready-when {Ready}");
        await WriteAsync(Next, latency, "--fault errors", "--rate 1", $"--when {Bad}");
        await ApplyAsync("{allAtOnce: {analysis: [short-users], verify: 1s}}");
        var first = await StartAsync(Stable);
        await World.IsAsync(first, "started", view => view.State.Stage is Stage.Moving { Step: > 0 });
        _users = ClassedUsers.Come(new Uri(RouterFiles.Read(Folder).Users, $"/{Slot}/"), High);
        await World.EndsAsync(first, Phase.Succeeded);
        _users.MoreCome(Low, isHigh: false);
        await ApplyAsync("{canary: {analysis: [short-users], weights: [50], each: 30s, verify: 2s}}");
    }

    private async Task<string> StartAsync(string version) =>
        $"{(await World.Api.StartAsync(Slot, version, CancellationToken.None)).RolloutId}";

    private Task WriteAsync(string version, params string[] arguments) =>
        File.WriteAllLinesAsync(Path.Combine(Folder.Versions, $"{version}.args"), arguments);

    private async Task ApplyAsync(string strategy)
    {
        var template = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Harness", "short.yaml"));
        string[] command =
        [
            .. OwnProgram.Command, "sample", "--version", "{{version}}", "--port", "{{port}}",
            "@" + Path.Combine(Folder.Versions, "{{version}}.args"),
        ];
        (string Name, string Value)[] values =
        [
            ("router", RouterFiles.Read(Folder).Admin.AbsoluteUri), ("token", RouterFiles.TokenPath(Folder)),
            ("command", string.Join(", ", command.Select(argument => $"'{argument}'"))), ("strategy", strategy),
            ("capacity", Capacity.ToString(CultureInfo.InvariantCulture)),
        ];
        await File.WriteAllTextAsync(
            Path.Combine(Folder.Manifests, "short.yaml"),
            values.Aggregate(template, (text, value) =>
                text.Replace($"<{value.Name}>", value.Value, StringComparison.Ordinal)));
        await World.Api.ApplyAsync("short.yaml", CancellationToken.None);
    }
}
