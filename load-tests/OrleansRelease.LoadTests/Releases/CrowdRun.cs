using System.Collections.Immutable;
using System.Diagnostics;
using OrleansRelease.Host.Running;
using OrleansRelease.LoadTests.Failover;
using OrleansRelease.Storage;

namespace OrleansRelease.LoadTests.Releases;

/// <summary>Three servers and a gateway, each a process, and a crowd of releases that want the same slots.</summary>
internal sealed class CrowdRun(string root, string connection, int count, TextWriter progress) : IAsyncDisposable
{
    private const int Seed = 5;

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    /// <summary>When nothing has ended for so long, nothing moves any more.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly string[] Ended = ["Succeeded", "Partial", "RolledBack", "Cancelled", "Superseded"];

    private readonly Member[] _silos =
        [.. Enumerable.Range(1, 3).Select(n => new Member(root, $"silo-{n}", Role.Silo, connection))];

    private readonly Member _gateway = new(root, "gateway", Role.Gateway, connection);

    private readonly CrowdRecord _record = new(connection);

    public async Task<CrowdResult> RunAsync(CancellationToken cancellation)
    {
        await Store.MigrateAsync(StorageOptions.PostgreSql(connection), TimeProvider.System);
        foreach (var silo in _silos) await silo.StartAsync(cancellation);
        await _gateway.StartAsync(cancellation);
        using var api = new Api(_gateway, Path.Combine(root, "token"));
        var releases = CrowdManifests.Releases(count, Seed);
        await api.ApplyAsync(CrowdManifests.Before(), cancellation);
        await api.ApplyAsync(releases.Select(CrowdManifests.Of), cancellation);

        Say($"{count} releases start");
        var began = Stopwatch.GetTimestamp();
        await api.StartReleasesAsync(releases.Select(one => (one.Name, one.Priority)), cancellation);
        Say($"all {count} are started, {api.Repeated} calls had to be repeated");
        var phases = await UntilAllEndedAsync(cancellation);
        var took = Stopwatch.GetElapsedTime(began);
        Say($"{string.Join(", ", phases.Select(one => $"{one.Value} {one.Key}"))} after {took.TotalSeconds:0} s");
        return await JudgeAsync(releases, phases, took, cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        foreach (var silo in _silos) await silo.DisposeAsync();
        await _record.DisposeAsync();
    }

    private async Task<ImmutableSortedDictionary<string, long>> UntilAllEndedAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Look);
        var (before, since) = (-1L, Stopwatch.GetTimestamp());
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            var phases = await _record.PhasesAsync(cancellation);
            var ended = phases.Where(one => Ended.Contains(one.Key)).Sum(one => one.Value);
            if (ended >= count) return phases;
            if (ended > before) (before, since) = (ended, Stopwatch.GetTimestamp());
            else if (Stopwatch.GetElapsedTime(since) > Patience) return phases;
            Say(string.Join(", ", phases.Select(one => $"{one.Value} {one.Key}")));
        }

        throw new OperationCanceledException(cancellation);
    }

    private async Task<CrowdResult> JudgeAsync(
        IReadOnlyList<CrowdRelease> releases, ImmutableSortedDictionary<string, long> phases, TimeSpan took,
        CancellationToken cancellation)
    {
        var (passages, slots) = (await _record.PassagesAsync(cancellation), await _record.SlotsAsync(cancellation));
        var checker = new CrowdChecker(passages, slots);
        var priority = releases.ToDictionary(one => one.Name, one => one.Priority);
        var turns = checker.Fared.Select(one => (One: one, Turn: checker.TurnOf(one)))
            .Where(one => one.Turn is not null)
            .Select(one => (one.One, Since: one.Turn!.Value, For: checker.WaitedFor(one.One, one.Turn!.Value)))
            .ToList();
        return new(
            count, CrowdManifests.Services, releases.Sum(one => one.Services.Count),
            (int)phases.GetValueOrDefault("Succeeded"), checker.Fared.Sum(one => one.Yielded), checker.Overtaken,
            checker.Overlapping, took.TotalSeconds,
            checker.Fared.Select(one => one.Waited).DefaultIfEmpty(0).Max(), turns.Count,
            turns.Select(one => one.One.Moved - one.Since).DefaultIfEmpty(0).Max(),
            turns.Select(one => one.For).DefaultIfEmpty(0).Max(),
            turns.Count(one => one.For > one.One.Services.Count),
            [
                .. checker.Fared.GroupBy(one => priority[$"{one.Passage.Release}"]).OrderByDescending(of => of.Key)
                    .Select(of => Of(of.Key, [.. of.Select(one => one.Waited).Order()])),
            ]);
    }

    private static PriorityResult Of(int priority, List<double> waited) =>
        new(priority, waited.Count, waited[waited.Count / 2], waited[^1]);

    private void Say(string text) => progress.WriteLine($"{DateTime.Now:HH:mm:ss} {text}");
}
