namespace OrleansRelease.EndToEnd.Tests.Faults;

/// <summary>What happens to the processes of the cluster.</summary>
internal static class ServerFaults
{
    /// <summary>More than the servers' probes and votes take.</summary>
    private static readonly TimeSpan GivenUpWithin = TimeSpan.FromSeconds(40);

    private static readonly TimeSpan StopsWithin = TimeSpan.FromSeconds(30);

    /// <summary>Fewer, and it is not known whether anybody could have noticed.</summary>
    private const int MinTries = 30;

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
        await silo.FreezeAsync();
        try
        {
            await Pace.UntilAsync(
                () => $"{silo.Name} is given up by the others", GivenUpWithin,
                () => struck.Cluster.IsGivenUpAsync(silo), isGivenUp => isGivenUp);
            await Pace.ForAsync(struck.Between(1, 4));
        }
        finally
        {
            await silo.ResumeAsync();
        }

        return at;
    });

    public static readonly FaultKind Rolling = new("rolling restart", async struck =>
    {
        var at = DateTimeOffset.UtcNow;
        using var done = new CancellationTokenSource();
        var trying = TryAllTheTimeAsync(struck, done.Token);
        var tried = 0;
        try
        {
            foreach (var member in struck.Cluster.Silos.Concat(struck.Cluster.Gateways))
            {
                await member.StopAsync(StopsWithin);
                await FaultCluster.StartAsync(member);
            }
        }
        finally
        {
            await done.CancelAsync();
            tried = await trying;
        }

        return tried >= MinTries
            ? at
            : throw new InvalidOperationException($"only {tried} commands were tried while all were restarted");
    })
    { IsUnnoticed = true };

    private static async Task<int> TryAllTheTimeAsync(Struck struck, CancellationToken done)
    {
        var tried = 0;
        while (!done.IsCancellationRequested)
        {
            foreach (var rollout in struck.Moves.Select(move => move.Rollout).OfType<string>())
            {
                await struck.Site.Callers.TryAsync(rollout);
                tried++;
            }

            await Pace.ForAsync(BetweenTries);
        }

        return tried;
    }
}
