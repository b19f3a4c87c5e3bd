namespace OrleansRelease.EndToEnd.Tests.Faults;

/// <summary>What happens to the disk of the embedded store.</summary>
internal static class DiskFaults
{
    private static readonly TimeSpan NoticedWithin = TimeSpan.FromSeconds(20);

    public static readonly FaultKind Full = new("disk full, embedded store", async struck =>
    {
        var site = (EmbeddedSite)struck.Site;
        var (said, given) = (site.Server.LogEnd, site.Callers.Given.Count);
        try
        {
            site.FillDisk();
            await Pace.ForAsync(struck.Between(3, 8));
            await Pace.UntilAsync(
                () => "somebody has noticed that the disk is full", NoticedWithin,
                async () => site.Server.HasSaid("disk is full", said)
                    || site.Callers.Given.Skip(given).SelectMany(command => command.Replies)
                        .Any(reply => reply.Status >= 500)
                    || await HasTargetNoticedAsync(struck),
                hasNoticed => hasNoticed);
        }
        finally
        {
            site.FreeDisk();
        }

        return DateTimeOffset.UtcNow;
    })
    {
        // Targets keep what they have accepted on the same disk: a start may fail, and what could not be taken down is
        // tried again later.
        GoodMayGoBack = true,
        OldMayStay = true,
        IsEmbedded = true,
        WhyNot = SmallDisk.WhyNot,
    };

    // The store writes on for a while where its log has grown before.
    private static async Task<bool> HasTargetNoticedAsync(Struck struck)
    {
        var log = await struck.Site.LogAsync([.. struck.Moves.Select(move => move.Rollout).OfType<string>()]);
        return log.Any(step => step.Stored.Contains("No space left on device", StringComparison.Ordinal));
    }
}
