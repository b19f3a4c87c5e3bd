namespace OrleansRelease.EndToEnd.Tests.Faults;

/// <summary>
/// What happens at the router, which is what the traffic adapter talks to. Numbers are missing meanwhile or users wait,
/// so a good version may go back; none may go on by the router's word.
/// </summary>
internal static class RouterFaults
{
    private static readonly TimeSpan Lasts = TimeSpan.FromSeconds(8);

    public static readonly FaultKind Hangs = new("router hangs", async struck =>
    {
        await struck.Cluster.Router.FreezeAsync();
        await Pace.ForAsync(struck.Between(4, 9));
        await struck.Cluster.Router.ResumeAsync();
        return null;
    })
    { GoodMayGoBack = true };

    public static readonly FaultKind Lies = Misbehaves("router acknowledges and does nothing", "lies");

    public static readonly FaultKind Late = Misbehaves("router applies ten seconds late", "late");

    private static FaultKind Misbehaves(string name, string fault) => new(name, async struck =>
    {
        await struck.Cluster.Router.ReplaceAsync("--fault", fault);
        try
        {
            await Pace.ForAsync(Lasts);
            await struck.Cluster.Router.MisbehavesAsync(fault);
        }
        finally
        {
            await struck.Cluster.Router.ReplaceAsync();
        }

        return null;
    })
    { GoodMayGoBack = true };
}
