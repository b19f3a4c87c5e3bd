namespace OrleansRelease.EndToEnd.Tests.Faults;

/// <summary>What happens to the processes of the cluster.</summary>
internal static class ServerFaults
{
    /// <summary>More than the servers' probes and votes take: the others give it up.</summary>
    private static readonly TimeSpan BeyondTheDetector = TimeSpan.FromSeconds(12);

    private static readonly TimeSpan StopsWithin = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(200);

    public static readonly FaultKind OneKilled = new("SIGKILL of one that decides", async struck =>
    {
        var silo = struck.AnySilo;
        var at = DateTimeOffset.UtcNow;
        await silo.KillAsync();
        await Pace.ForAsync(struck.Between(1, 8));
        await FaultCluster.StartAsync(silo);
        return at;
    })
    { IsQuick = true };

    public static readonly FaultKind AllKilled = new("SIGKILL of all that decide", async struck =>
    {
        var at = DateTimeOffset.UtcNow;
        await Task.WhenAll(struck.Cluster.Silos.Select(silo => silo.KillAsync()));
        await Pace.ForAsync(struck.Between(0, 2));
        foreach (var silo in struck.Cluster.Silos) silo.Start();
        foreach (var silo in struck.Cluster.Silos) await silo.ListensAsync();
        return at;
    });

    public static readonly FaultKind GatewayKilled = new("SIGKILL of a gateway", async struck =>
    {
        var gateway = struck.AnyGateway;
        var at = DateTimeOffset.UtcNow;
        await gateway.KillAsync();
        await Pace.ForAsync(struck.Between(1, 4));
        await FaultCluster.StartAsync(gateway);
        return at;
    });

    public static readonly FaultKind OneStopped = new("SIGSTOP of one that decides, and CONT", async struck =>
    {
        var silo = struck.AnySilo;
        var at = DateTimeOffset.UtcNow;
        await silo.SignalAsync("STOP");
        await Pace.ForAsync(BeyondTheDetector);
        await silo.SignalAsync("CONT");
        return at;
    });

    public static readonly FaultKind Rolling = new("rolling restart", async struck =>
    {
        var at = DateTimeOffset.UtcNow;
        using var done = new CancellationTokenSource();
        var trying = TryAllTheTimeAsync(struck, done.Token);
        try
        {
            foreach (var silo in struck.Cluster.Silos)
            {
                await silo.StopAsync(StopsWithin);
                await FaultCluster.StartAsync(silo);
            }
        }
        finally
        {
            await done.CancelAsync();
            await trying;
        }

        return at;
    })
    { IsUnnoticed = true };

    private static async Task TryAllTheTimeAsync(Struck struck, CancellationToken done)
    {
        while (!done.IsCancellationRequested)
        {
            foreach (var move in struck.Moves)
                if (move.Rollout is { } rollout) await struck.Site.Callers.TryAsync(rollout);
            await Pace.ForAsync(BetweenTries);
        }
    }
}
