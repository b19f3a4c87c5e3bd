namespace OrleansRelease.EndToEnd.Tests.Faults;

/// <summary>What happens to PostgreSQL, and to its clock.</summary>
internal static class StoreFaults
{
    private static readonly TimeSpan Jump = TimeSpan.FromHours(1);

    /// <summary>Servers compare their clock with the store's every ten seconds.</summary>
    private static readonly TimeSpan NoticedByAll = TimeSpan.FromSeconds(11);

    public static readonly FaultKind Restarted = new("PostgreSQL restarted", async struck =>
    {
        await struck.Cluster.Postgres.StopAsync();
        await struck.Cluster.Postgres.StartAgainAsync();
        return DateTimeOffset.UtcNow;
    });

    public static readonly FaultKind Killed = new("PostgreSQL killed", async struck =>
    {
        await struck.Cluster.Postgres.KillAsync();
        await Pace.ForAsync(struck.Between(0, 3));
        await struck.Cluster.Postgres.StartAgainAsync();
        return DateTimeOffset.UtcNow;
    })
    { IsQuick = true };

    public static readonly FaultKind Frozen = new("PostgreSQL frozen", async struck =>
    {
        await struck.Cluster.Postgres.FreezeAsync();
        await Pace.ForAsync(struck.Between(4, 9));
        await struck.Cluster.Postgres.ResumeAsync();
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
    { GoodMayGoBack = true, IsLasting = true };

    public static readonly FaultKind ClockBack = new("clock an hour back, and right again", async struck =>
    {
        await struck.Cluster.StoreClock.SetAsync(-Jump);
        await Pace.ForAsync(NoticedByAll);
        await struck.Cluster.StoreClock.SetAsync(TimeSpan.Zero);
        return DateTimeOffset.UtcNow;
    });
}
