using System.Diagnostics;
using System.Globalization;
using Npgsql;
using OrleansRelease.Host.Running;
using OrleansRelease.LoadTests.Failover;
using OrleansRelease.Storage;
using OrleansRelease.Testing.Releases;

namespace OrleansRelease.LoadTests.Kills;

/// <summary>Three servers and a gateway, each a process, and a world outside of them that nobody kills.</summary>
internal sealed class KillsRun : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    /// <summary>A release with a kill in it: some seconds of its own, a failover, and a slow machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    /// <summary>How long a killed server stays away at most.</summary>
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(5);

    /// <summary>How often a supervisor starts what gives up, before it asks a person.</summary>
    private const int Starts = 5;

    /// <summary>So many times those that are wanted are tried, until as many had their kill before the end.</summary>
    private const int MostRounds = 2;

    private readonly Random _random;
    private readonly string _root;
    private readonly string _connection;
    private readonly TextWriter _progress;
    private readonly OutsideWorld _world;
    private readonly Member[] _silos;
    private readonly Member _gateway;
    private readonly NpgsqlDataSource _source;
    private string _stable = "";

    private KillsRun(string root, string connection, int seed, TextWriter progress, OutsideWorld world)
    {
        (_root, _connection, _progress, _world) = (root, connection, progress, world);
        _random = new Random(seed);
        _silos =
        [
            .. Enumerable.Range(1, 3).Select(n => new Member(root, $"silo-{n}", Role.Silo, connection, world.Url)),
        ];
        _gateway = new(root, "gateway", Role.Gateway, connection, world.Url);
        _source = NpgsqlDataSource.Create(connection);
    }

    public static async Task<KillsRun> StartAsync(
        string root, string connection, int seed, TextWriter progress, CancellationToken cancellation)
    {
        await Store.MigrateAsync(StorageOptions.PostgreSql(connection), TimeProvider.System);
        var run = new KillsRun(root, connection, seed, progress, await OutsideWorld.StartAsync());
        foreach (var silo in run._silos) await silo.StartAsync(cancellation);
        await run._gateway.StartAsync(cancellation);
        return run;
    }

    public async Task<KillsResult> RunAsync(int rounds, CancellationToken cancellation)
    {
        using var api = new Api(_gateway, Path.Combine(_root, "token"));
        await api.ApplyAsync(KillManifests.Before(), cancellation);
        // How long each takes when nobody is killed says when one can be.
        var good = await RoundAsync(api, 0, fails: false, null, cancellation);
        var bad = await RoundAsync(api, 1, fails: true, null, cancellation);
        var all = new List<KillRound> { good, bad };
        for (var round = 1; all.Count(one => one.IsHit) < rounds && round <= MostRounds * rounds; round++)
        {
            var fails = round % 2 == 0;
            // Of the shortest until now: the first may have been slow, and a kill after the end is none.
            var took = all.Where(one => one.Fails == fails).Min(one => one.Took);
            all.Add(await RoundAsync(api, round + 1, fails, took * _random.NextDouble(), cancellation));
        }

        var report = await Store.CheckAsync(StorageOptions.PostgreSql(_connection), cancellation);
        return new(
            rounds, [.. all], _world.Repeated, _world.Overtaken, report.Transitions,
            [.. report.Problems.Select(one => $"{one.Kind} {one.Key} #{one.Sequence}: {one.Problem}")]);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        foreach (var silo in _silos) await silo.DisposeAsync();
        await _source.DisposeAsync();
        await _world.DisposeAsync();
    }

    private async Task<KillRound> RoundAsync(
        Api api, int round, bool fails, TimeSpan? moment, CancellationToken cancellation)
    {
        var (name, before) = (KillManifests.Name(round), _world.LogLength);
        await api.ApplyAsync([KillManifests.Release(round, fails)], cancellation);
        var began = Stopwatch.GetTimestamp();
        await api.StartReleasesAsync([(name, 0)], cancellation);
        var killing = moment is { } at ? KillAsync(at, cancellation) : Task.FromResult("nobody");
        var phase = await PhaseAsync(name, began, cancellation);
        var took = Stopwatch.GetElapsedTime(began);
        var killed = await killing;
        var expected = fails ? "RolledBack" : "Succeeded";
        var problems = new List<string>();
        if (phase != expected) problems.Add($"it ended as {phase}");
        if (!fails) _stable = KillManifests.Version(round);
        problems.AddRange(await SettledAsync(cancellation));
        var log = Repeats.Without(_world.LogSince(before));
        var checker = new TargetsLogChecker(log, KillManifests.Needs);
        problems.AddRange(fails ? checker.ProblemsBack() : checker.ProblemsForward());
        problems.AddRange(await OpenAsync(name, cancellation));
        var result = new KillRound(round, phase, took, moment, killed, log.Length, [.. problems]);
        _progress.WriteLine($"{DateTime.Now:HH:mm:ss} {result.Line}");
        return result;
    }

    private async Task<string> KillAsync(TimeSpan at, CancellationToken cancellation)
    {
        await Task.Delay(at, cancellation);
        var (which, away) = (_random.Next(_silos.Length), Away * _random.NextDouble());
        await _silos[which].KillAsync();
        await Task.Delay(away, cancellation);
        var starts = await StartAgainAsync(_silos[which], cancellation);
        return string.Create(CultureInfo.InvariantCulture, $"silo-{which + 1}, away {away.TotalSeconds:0.0} s")
            + (starts > 1 ? $", up at start {starts}" : "");
    }

    /// <summary>Who gives up while it starts is started once more, as by a supervisor; the round says so.</summary>
    /// <returns>How many starts it took.</returns>
    private async Task<int> StartAgainAsync(Member silo, CancellationToken cancellation)
    {
        for (var start = 1; ; start++)
        {
            try
            {
                await silo.StartAsync(cancellation);
                return start;
            }
            catch (MemberEndedException ended) when (start < Starts)
            {
                _progress.WriteLine($"{DateTime.Now:HH:mm:ss} {ended.Message}; started once more");
            }
        }
    }

    private async Task<string> PhaseAsync(string name, long began, CancellationToken cancellation)
    {
        var phase = "nothing";
        using var timer = new PeriodicTimer(Look);
        while (Stopwatch.GetElapsedTime(began) < Patience)
        {
            phase = await ScalarAsync(
                "SELECT phase FROM row WHERE kind = 'passage' AND key = @key",
                $"{name}.{KillManifests.Environment}.1", cancellation) ?? "nothing";
            if (phase is "Succeeded" or "RolledBack" or "Partial" or "Cancelled" or "Failed") break;
            await timer.WaitForNextTickAsync(cancellation);
        }

        return phase;
    }

    /// <summary>The same end, whoever was killed: one version runs of each, and gets all requests.</summary>
    private async Task<IEnumerable<string>> SettledAsync(CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(Look);
        while (true)
        {
            var wrong = KillManifests.Needs.Keys
                .Where(service => _world.Serves(service) != _stable || _world.Running(service) is not [var one]
                    || one != _stable)
                .Select(service => $"of {service} {string.Join(" and ", _world.Running(service))} run, and "
                    + $"{_world.Serves(service) ?? "none"} has all requests, not {_stable}")
                .ToList();
            if (wrong.Count == 0 || Stopwatch.GetElapsedTime(began) > Patience) return wrong;
            await timer.WaitForNextTickAsync(cancellation);
        }
    }

    /// <summary>Nothing of a release that has ended has anything left to do.</summary>
    private async Task<IEnumerable<string>> OpenAsync(string name, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(Look);
        while (true)
        {
            var open = await ScalarAsync(
                "SELECT string_agg(kind || ' ' || key || ' ' || phase, ', ') FROM row WHERE "
                + "(kind = 'release' AND key = @key AND phase NOT IN ('Succeeded', 'Stopped')) OR (kind = 'rollout' "
                + "AND phase NOT IN ('Succeeded', 'RolledBack', 'Cancelled')) OR (kind = 'slot' AND next_wake_at IS "
                + "NOT NULL)",
                name, cancellation);
            if (open is null) return [];
            if (Stopwatch.GetElapsedTime(began) > Patience) return [$"left open: {open}"];
            await timer.WaitForNextTickAsync(cancellation);
        }
    }

    private async Task<string?> ScalarAsync(string text, string key, CancellationToken cancellation)
    {
        await using var command = _source.CreateCommand(text);
        command.Parameters.AddWithValue("key", key);
        return await command.ExecuteScalarAsync(cancellation) as string;
    }
}
