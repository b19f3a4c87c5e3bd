using OrleansRelease.Host.Running;
using OrleansRelease.Storage;

namespace OrleansRelease.LoadTests.Failover;

/// <summary>How much is started, and for how long each part is watched.</summary>
internal sealed record Scale(int Environments, int MovingEnvironments, TimeSpan Steady, TimeSpan AfterKill)
{
    /// <summary>What is due so long after a kill is decided before the watching ends, or counts as late.</summary>
    public double DueSeconds => (AfterKill - TimeSpan.FromSeconds(15)).TotalSeconds;

    public int Moving => MovingEnvironments * Manifests.Services;

    public int All => Environments * Manifests.Services;

    public static Scale Of(bool quick) => quick
        ? new(10, 5, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(45))
        : new(100, 50, TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(90));
}

/// <summary>Three servers and a gateway, each a process, on a PostgreSQL server of their own.</summary>
internal sealed class FailoverRun(string root, string connection, Scale scale, TextWriter progress) : IAsyncDisposable
{
    private const string First = "1.0.0";

    private const string Next = "2.0.0";

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Settles = TimeSpan.FromSeconds(30);

    private readonly Member[] _silos =
        [.. Enumerable.Range(1, 3).Select(n => new Member(root, $"silo-{n}", Role.Silo, connection))];

    private readonly Member _gateway = new(root, "gateway", Role.Gateway, connection);

    private readonly Record _record = new(connection);

    public async Task<FailoverResult> RunAsync(CancellationToken cancellation)
    {
        await Store.MigrateAsync(StorageOptions.PostgreSql(connection), TimeProvider.System);
        var emptyReady = await _silos[0].StartAsync(cancellation);
        Say($"an empty server is ready after {emptyReady.TotalSeconds:0.0} s");
        foreach (var silo in _silos.Skip(1)) await silo.StartAsync(cancellation);
        await _gateway.StartAsync(cancellation);
        using var api = new Api(_gateway, Path.Combine(root, "token"));

        await EstablishAsync(api, cancellation);
        await MoveAsync(api, 0, scale.MovingEnvironments, cancellation);
        var (steady, perSecond) = await WatchAsync(cancellation);
        var killed = await KillOneAsync(cancellation);
        var rolling = await RestartAllAsync(cancellation);
        await MoveAsync(api, scale.MovingEnvironments, scale.Environments, cancellation);
        var (ready, takenOver) = await TakeOverAsync(cancellation);
        return new(
            scale.Moving, perSecond, steady, killed, rolling, emptyReady.TotalSeconds, scale.All, ready, takenOver,
            await ComeBackAloneAsync(cancellation));
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        foreach (var silo in _silos) await silo.DisposeAsync();
        await _record.DisposeAsync();
    }

    private async Task EstablishAsync(Api api, CancellationToken cancellation)
    {
        Say($"{scale.All:N0} first versions");
        await api.ApplyAsync(Manifests.All(scale.Environments, isFirst: true), cancellation);
        await api.StartAsync(Slots(0, scale.Environments), First, cancellation);
        await UntilAsync(First, "Succeeded", scale.All, cancellation);
        await api.ApplyAsync(Manifests.All(scale.Environments, isFirst: false), cancellation);
    }

    private async Task MoveAsync(Api api, int from, int to, CancellationToken cancellation)
    {
        Say($"{(to - from) * Manifests.Services:N0} canaries");
        await api.StartAsync(Slots(from, to), Next, cancellation);
        await UntilAsync(Next, "Progressing", to * Manifests.Services, cancellation);
        await Task.Delay(Settles, cancellation);
    }

    private async Task<(Lateness, double PerSecond)> WatchAsync(CancellationToken cancellation)
    {
        var (from, decisions) = (await _record.NowAsync(cancellation), await _record.DecisionsAsync(cancellation));
        await Task.Delay(scale.Steady, cancellation);
        var made = await _record.DecisionsAsync(cancellation) - decisions;
        var until = await _record.NowAsync(cancellation);
        var late = await _record.BetweenAsync(from, until, Moving, cancellation);
        Say($"{made / (until - from):0} decisions a second, p99 {late.P99:0.00} s late");
        return (late, Math.Round(made / (until - from)));
    }

    private async Task<Lateness> KillOneAsync(CancellationToken cancellation)
    {
        Say("one of three is killed");
        var moment = await _record.NowAsync(cancellation);
        await _silos[1].KillAsync();
        await Task.Delay(scale.AfterKill, cancellation);
        var late = await _record.AfterAsync(moment, moment + scale.DueSeconds, Moving, cancellation);
        Say($"99 % moved again within {late.P99:0.0} s, all within {late.Max:0.0} s");
        await _silos[1].StartAsync(cancellation);
        await Task.Delay(Settles, cancellation);
        return late;
    }

    private async Task<Lateness> RestartAllAsync(CancellationToken cancellation)
    {
        Say("all restart, one after the other");
        var from = await _record.NowAsync(cancellation);
        foreach (var silo in _silos)
        {
            await silo.StopAsync(cancellation);
            await silo.StartAsync(cancellation);
        }

        await Task.Delay(Settles, cancellation);
        var late = await _record.BetweenAsync(from, await _record.NowAsync(cancellation), Moving, cancellation);
        Say($"p99 {late.P99:0.00} s late, at most {late.Max:0.0} s");
        return late;
    }

    private async Task<(double Ready, Lateness)> TakeOverAsync(CancellationToken cancellation)
    {
        Say($"all stop, one takes {scale.All:N0} over");
        foreach (var silo in _silos) await silo.StopAsync(cancellation);
        var ready = await _silos[0].StartAsync(cancellation);
        var moment = await _record.NowAsync(cancellation);
        await Task.Delay(scale.AfterKill, cancellation);
        var late = await _record.AfterAsync(moment, moment + scale.DueSeconds, "%", cancellation);
        Say($"ready after {ready.TotalSeconds:0.0} s; 99 % moved within {late.P99:0.0} s, all within {late.Max:0.0} s");
        return (ready.TotalSeconds, late);
    }

    // The list still names the two others, and nobody is there who could vote that they are dead.
    private async Task<double> ComeBackAloneAsync(CancellationToken cancellation)
    {
        foreach (var silo in _silos.Skip(1)) await silo.StartAsync(cancellation);
        Say("all are killed, one comes back alone");
        foreach (var silo in _silos) await silo.KillAsync();
        var ready = await _silos[0].StartAsync(cancellation);
        Say($"ready after {ready.TotalSeconds:0.0} s");
        return ready.TotalSeconds;
    }

    // Rollouts are named after their slot: the second of each slot moves.
    private static string Moving => "%.2";

    private async Task UntilAsync(string version, string phase, long count, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Look);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            var there = await _record.CountAsync(version, phase, cancellation);
            if (there >= count) return;
            Say($"{there:N0} of {count:N0} {phase}");
        }
    }

    private static IEnumerable<(string, string)> Slots(int first, int end) =>
        from environment in Enumerable.Range(first, end - first)
        from service in Enumerable.Range(0, Manifests.Services)
        select (Manifests.Service(service), Manifests.Environment(environment));

    private void Say(FormattableString text) =>
        progress.WriteLine($"{DateTime.Now:HH:mm:ss} {FormattableString.Invariant(text)}");

    private void Say(string text) => progress.WriteLine($"{DateTime.Now:HH:mm:ss} {text}");
}
