using System.Globalization;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.EndToEnd.Tests.Checking;
using OrleansRelease.EndToEnd.Tests.Harness;
using OrleansRelease.Host.Demo;
using OrleansRelease.Host.Samples;

namespace OrleansRelease.EndToEnd.Tests.Faults;

/// <summary>
/// Some services with users, of which every round moves each to a new version: a little apart from one another, so
/// that the fault finds them at every stage, one of them waiting for its environment's leave.
/// </summary>
internal sealed class Flow : IAsyncDisposable
{
    /// <summary>Enough that a tenth of them is a measurement.</summary>
    private const int UsersPerSecond = 40;

    /// <summary>One less than there are services.</summary>
    public const int AtATime = 5;

    private static readonly string[] Names = ["amber", "birch", "cedar", "dune", "elder", "fern"];

    private static readonly Course[] Courses =
        [Course.Good, Course.Good, Course.Paused, Course.Bad, Course.Aborted, Course.Bad];

    private static readonly TimeSpan Apart = TimeSpan.FromMilliseconds(1_300);

    private readonly ISite _site;
    private readonly List<Load> _users = [];
    private readonly Dictionary<string, string> _stable = [];
    private int _version = 1;

    private Flow(ISite site)
    {
        _site = site;
        Router = new RouterLog(site.Folder.RouterLog);
        Services =
        [
            .. Names.Select(name => new Declared(name)
            {
                Environment = "flow", MaxParallel = AtATime, Hold = "30s",
            }),
        ];
    }

    public RouterLog Router { get; }

    public IReadOnlyList<Declared> Services { get; }

    /// <summary>Announced for a way back of any of them.</summary>
    public TimeSpan Bound { get; private set; }

    /// <summary>What runs of a service when nothing of it moves.</summary>
    public string StableOf(Declared declared) => _stable[declared.Service];

    public static async Task<Flow> EstablishAsync(ISite site)
    {
        var flow = new Flow(site);
        try
        {
            await Task.WhenAll(flow.Services.Select((declared, i) => flow.EstablishAsync(declared, flow.NameOf(i))));
            flow.Bound = await site.Callers.BoundAsync(flow.Services[0], "9.9.9");
            return flow;
        }
        catch
        {
            await flow.DisposeAsync();
            throw;
        }
    }

    /// <summary>The rollouts of one round.</summary>
    public IReadOnlyList<Move> Plan(Random random, FaultKind kind, Task healed)
    {
        _version++;
        var courses = Courses.ToArray();
        random.Shuffle(courses);
        return
        [
            .. Services.Select((declared, i) => new Move(_site, declared, courses[i], NameOf(i), kind, healed)
            {
                After = (Apart * i) + TimeSpan.FromMilliseconds(random.Next(600)),
                Fault = courses[i] == Course.Bad ? SampleFault.Errors : SampleFault.None,
            }),
        ];
    }

    public void Ended(Move move)
    {
        if (move.End == Phase.Succeeded) _stable[move.Declared.Service] = move.Version;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var users in _users) await users.DisposeAsync();
    }

    private async Task EstablishAsync(Declared declared, string version)
    {
        await ApplyAsync(declared, isFirst: true);
        var first = new Move(_site, declared, Course.Good, version, FaultKind.None, Task.CompletedTask);
        var running = first.RunAsync();
        await Pace.UntilAsync(
            () => $"{declared.Slot} can be used", TimeSpan.FromSeconds(60),
            async () => running.IsFaulted || await IsUsableAsync(declared), usable => usable);
        lock (_users)
        {
            var url = new Uri(RouterFiles.Read(_site.Folder).Users, $"/{declared.Slot}/");
            _users.Add(Load.Start(url, TimeProvider.System, UsersPerSecond));
        }

        await running;
        Assert.Equal(Phase.Succeeded, first.End);
        lock (_stable) _stable[declared.Service] = version;
        await ApplyAsync(declared, isFirst: false);
    }

    private async Task<bool> IsUsableAsync(Declared declared) =>
        File.Exists(_site.Folder.RouterLog)
        && (await new RouterLog(_site.Folder.RouterLog).ReadAsync())
            .Any(change => change.Event == "applied" && change.Slot == declared.Slot.ToString());

    private async Task ApplyAsync(Declared declared, bool isFirst)
    {
        var applied = await _site.Callers.ApplyAsync(declared.Manifests(_site.Folder, isFirst));
        Assert.True(applied.IsAccepted, applied.Last.Text);
    }

    // No two services have a version of the same name: what a version does stands in a file by its name.
    private string NameOf(int service) => string.Create(CultureInfo.InvariantCulture, $"{_version}.{service}.0");
}
