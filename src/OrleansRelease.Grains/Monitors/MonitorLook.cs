using Microsoft.Extensions.Logging;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Monitors;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Grains.Monitors;

/// <summary>
/// Checks a monitor: this server first, and another one only when it does not hold here. So what holds costs the
/// checked side one request, and what fails is seen twice, from two places, before anything is taken back.
/// </summary>
internal sealed partial class MonitorLook(
    Checker checker, SecondOpinions others, ISiloStatusOracle members, TimeProvider time, ILogger<MonitorLook> logger)
{
    public async Task<Reading> ReadAsync(MonitorCheck check, CancellationToken cancellation)
    {
        var first = await checker.CheckAsync(check, cancellation);
        if (!Agreement.NeedsAnother(check, first)) return Agreement.Of(first);
        var active = members.GetApproximateSiloStatuses(onlyActive: true).Keys;
        if (After(members.SiloAddress, active) is not { } other) return Agreement.Alone(first, Agreement.OnlyOne);
        var limit = check.LongestOfOne + MonitorCheck.Handover;
        try
        {
            return Agreement.Of(first, await others.AskAsync(other, check).WaitAsync(limit, time, cancellation));
        }
        catch (TimeoutException)
        {
            return Agreement.Alone(first, $"another server has said nothing of it within {Duration.Format(limit)}");
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            LogNotAsked(check.Name, other, e);
            return Agreement.Alone(first, "another server could not be asked");
        }
    }

    /// <summary>
    /// The next one round the cluster: each asks another, and always the same one while nobody comes or goes.
    /// </summary>
    internal static SiloAddress? After(SiloAddress self, IEnumerable<SiloAddress> active)
    {
        var mine = self.ToParsableString();
        var others = active.Where(one => !one.Equals(self))
            .OrderBy(one => one.ToParsableString(), StringComparer.Ordinal).ToList();
        return others.Find(one => string.CompareOrdinal(one.ToParsableString(), mine) > 0) ?? others.FirstOrDefault();
    }
}
