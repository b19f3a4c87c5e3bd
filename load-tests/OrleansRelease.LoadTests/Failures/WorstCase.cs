using System.Diagnostics;
using System.Globalization;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;
using OrleansRelease.Host.Demo;
using OrleansRelease.Host.Demo.Shop;

namespace OrleansRelease.LoadTests.Failures;

/// <summary>
/// All that a bound has time for, at once and within the limits that are enforced: the versions before are gone when
/// they are needed and come up so late that only the last attempt sees it, the router lets every attempt but the last
/// hang, the new versions take their time to end, and the server is killed as soon as it goes back.
/// </summary>
internal sealed class WorstCase(Scene scene, RouterProxy router, EnvironmentName where, string before)
{
    /// <summary>The traffic's attempts, as the shop's manifests say.</summary>
    private const int Attempts = 2;

    /// <summary>How long the new version takes to end: less than it is given before it is killed.</summary>
    public const int StopsAfter = 4;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <summary>Until whoever looks after the server has started it again.</summary>
    private static readonly TimeSpan AwayFor = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The first attempt sees nothing ready for ten seconds; the last one begins a second later and sees it just so.
    /// </summary>
    private static readonly TimeSpan ReadyAfter = TimeSpan.FromSeconds(18.5);

    /// <summary>
    /// Counted from the kill: an attempt that was lost with the server is over after 15 s, and the last one begins a
    /// second later.
    /// </summary>
    private static readonly TimeSpan ReadyAfterKill = TimeSpan.FromSeconds(24);

    private readonly Dictionary<ServiceName, long> _seen = [];
    private (long At, Task Restart)? _kill;
    private int _killed;
    private int _hung;
    private TimeSpan? _away;

    /// <summary>What has happened, in a few words.</summary>
    public string Text => string.Create(
        CultureInfo.InvariantCulture,
        $"{_killed} old instances killed, {router.Hung - _hung} calls hung, server away for {Away:0.0} s");

    private double Away => _away?.TotalSeconds ?? 0;

    /// <summary>How the version before is started from now on: it answers once its file is there, as now.</summary>
    public static async Task PrepareAsync(DemoFolder folder, EnvironmentName where, string before)
    {
        foreach (var slot in ShopManifests.Services.Select(service => new SlotKey(service, where)))
        {
            await File.WriteAllTextAsync(ReadyFile(folder, slot), "");
            await File.WriteAllLinesAsync(
                Path.Combine(folder.Versions, $"{slot}.{before}.args"), [$"--ready-when {ReadyFile(folder, slot)}"]);
        }
    }

    /// <summary>What has been moved until now has nothing to go back to when it fails.</summary>
    /// <param name="passage">How far it is.</param>
    /// <param name="unmoved">
    /// A service whose new version does not come up: nothing of it is taken back, and without its old version it would
    /// not begin.
    /// </param>
    public void Strike(PassageState passage, ServiceName? unmoved)
    {
        _hung = router.Hung;
        foreach (var part in passage.Parts.Where(part => part.HasBegun && part.Service != unmoved))
        {
            var slot = new SlotKey(part.Service, where);
            File.Delete(ReadyFile(scene.Folder, slot));
            router.LetHang(slot, Attempts - 1);
            foreach (var id in Instances.Of(scene.Folder, slot, before))
            {
                using var process = Process.GetProcessById(id);
                process.Kill();
                _killed++;
            }
        }
    }

    /// <summary>Looks on until the release has ended; kills the server once.</summary>
    public async Task FollowAsync(ReleaseName release, TimeSpan patience, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < patience)
        {
            var state = (await scene.Api.TryGetPassageAsync(release, where, cancellation))?.State;
            if (state is { IsTerminal: true }) return;
            if (state is not null) await GoOnAsync(state, cancellation);
            if (_kill is { Restart: { IsFaulted: true } failed }) await failed;
            foreach (var file in _seen.Keys.Where(IsReady).Select(one => ReadyFile(scene.Folder, new(one, where))))
                await File.WriteAllTextAsync(file, "", cancellation);
            await Task.Delay(Look, cancellation);
        }

        throw new TimeoutException($"waited in vain until {release} had ended: {Text}");
    }

    /// <summary>Everything is as it was before, and users are answered.</summary>
    public async Task MendAsync(CancellationToken cancellation)
    {
        router.LetPass();
        foreach (var slot in ShopManifests.Services.Select(service => new SlotKey(service, where)))
        {
            await File.WriteAllTextAsync(ReadyFile(scene.Folder, slot), "", cancellation);
            await scene.AnswersAsync(ShopManifests.UrlOf(scene.Folder, slot), cancellation);
        }
    }

    private async Task GoOnAsync(PassageState state, CancellationToken cancellation)
    {
        if (_kill is { At: var at }) _away ??= Stopwatch.GetElapsedTime(at);
        foreach (var part in state.Parts.Where(part => part.IsOnItsWayBack))
            _seen.TryAdd(part.Service, Stopwatch.GetTimestamp());
        if (_kill is not null || (_seen.Count == 0 && state.Phase != PassagePhase.RollingBack)) return;
        await scene.KillServerAsync();
        _kill = (Stopwatch.GetTimestamp(), StartAgainAsync(cancellation));
    }

    private async Task StartAgainAsync(CancellationToken cancellation)
    {
        await Task.Delay(AwayFor, cancellation);
        await scene.RestartServerAsync(cancellation);
    }

    // What had begun, or did so just when the server came back, has an attempt less.
    private bool IsReady(ServiceName service)
    {
        var (seen, (killed, _)) = (_seen[service], _kill!.Value);
        return Stopwatch.GetElapsedTime(killed, seen) < ReadyAfterKill - ReadyAfter
            || (_away is { } away && Stopwatch.GetElapsedTime(killed, seen) - away < TimeSpan.FromSeconds(2))
            ? Stopwatch.GetElapsedTime(killed) > ReadyAfterKill
            : Stopwatch.GetElapsedTime(seen) > ReadyAfter;
    }

    private static string ReadyFile(DemoFolder folder, SlotKey slot) =>
        Path.Combine(folder.Versions, $"{slot}.is-ready");
}
