namespace OrleansRelease.EndToEnd.Tests.Faults;

/// <summary>What happens to the disk of the embedded store.</summary>
internal static class DiskFaults
{
    public static readonly FaultKind Full = new("disk full, embedded store", async struck =>
    {
        var site = (EmbeddedSite)struck.Site;
        site.FillDisk();
        await Pace.ForAsync(struck.Between(3, 8));
        site.FreeDisk();
        return DateTimeOffset.UtcNow;
    })
    { IsEmbedded = true, WhyNot = SmallDisk.WhyNot };
}
