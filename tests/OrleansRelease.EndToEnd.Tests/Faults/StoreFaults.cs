namespace OrleansRelease.EndToEnd.Tests.Faults;

/// <summary>What happens to PostgreSQL, and to its clock.</summary>
internal static class StoreFaults
{
    private static readonly TimeSpan Jump = TimeSpan.FromHours(1);

    /// <summary>Servers compare their clock with the store's every ten seconds.</summary>
    private static readonly TimeSpan NoticedByAll = TimeSpan.FromSeconds(11);

    private static readonly TimeSpan StandsStill = TimeSpan.FromSeconds(4);

    public static readonly FaultKind Restarted = new("PostgreSQL restarted", async struck =>
    {
        var before = await struck.Cluster.StoreRunsSinceAsync();
        await struck.Cluster.Postgres.StopAsync();
        await struck.Cluster.Postgres.StartAgainAsync();
        return await WasStartedAgainAsync(struck, before);
    });

    public static readonly FaultKind Killed = new("PostgreSQL killed", async struck =>
    {
        var before = await struck.Cluster.StoreRunsSinceAsync();
        await struck.Cluster.Postgres.KillAsync();
        await Pace.ForAsync(struck.Between(0, 3));
        await struck.Cluster.Postgres.StartAgainAsync();
        return await WasStartedAgainAsync(struck, before);
    })
    { IsQuick = true };

    public static readonly FaultKind Frozen = new("PostgreSQL frozen", async struck =>
    {
        await struck.Cluster.Postgres.FreezeAsync();
        try
        {
            if (await struck.Cluster.WhyNoAnswerAsync() is null)
                throw new InvalidOperationException("PostgreSQL answers although it is frozen");
            await Pace.ForAsync(struck.Between(4, 9));
        }
        finally
        {
            await struck.Cluster.Postgres.ResumeAsync();
        }

        return DateTimeOffset.UtcNow;
    });

    // The routers' numbers are an hour old by this clock, so they count as none, and it is not put right: what was
    // decided in the future would have to wait for it.
    public static readonly FaultKind ClockAhead = new("clock an hour ahead", async struck =>
    {
        await struck.Cluster.StoreClock.SetAsync(Jump);
        await Pace.ForAsync(NoticedByAll);
        return null;
    })
    {
        GoodMayGoBack = true,
        IsLasting = true,
        WhyUnproven = seen => seen.Log.Any(step => step.At > seen.StruckAt + Jump - NoticedByAll)
            ? null
            : "nothing was decided in the future",
    };

    public static readonly FaultKind ClockBack = new("clock an hour back, and right again", async struck =>
    {
        var silos = struck.Cluster.Silos.Select(silo => (Silo: silo, Said: silo.LogEnd)).ToList();
        await struck.Cluster.StoreClock.SetAsync(-Jump);
        try
        {
            await Pace.ForAsync(NoticedByAll + StandsStill);
            foreach (var (silo, said) in silos)
            {
                if (!silo.HasSaid("the clock was set back by", said))
                    throw new InvalidOperationException($"{silo.Name} has not noticed that the clock was set back");
            }
        }
        finally
        {
            await struck.Cluster.StoreClock.SetAsync(TimeSpan.Zero);
        }

        return DateTimeOffset.UtcNow;
    })
    { WhyUnproven = WhyTimeWentOn };

    // Time stands still where it was when the last of them noticed, until it is right again.
    private static string? WhyTimeWentOn(RoundSeen seen) =>
        seen.Log.FirstOrDefault(step => step.At > seen.StruckAt + NoticedByAll
            && step.At < seen.StruckAt + NoticedByAll + StandsStill) is { } step
            ? $"{step.Key} #{step.Sequence} was decided at {step.At:O}, when no time passed"
            : null;

    private static async Task<DateTimeOffset> WasStartedAgainAsync(Struck struck, DateTimeOffset before) =>
        await struck.Cluster.StoreRunsSinceAsync() > before
            ? DateTimeOffset.UtcNow
            : throw new InvalidOperationException($"PostgreSQL runs since {before:O}, as before");
}
