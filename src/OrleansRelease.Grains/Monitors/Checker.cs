using OrleansRelease.Core.Monitors;
using OrleansRelease.Ports.Monitors;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Monitors;

/// <summary>What this server sees of a monitor. Whatever does not hold is held against its own network.</summary>
internal sealed class Checker(IChecks checks, IStoreClock clock)
{
    public async Task<Sight> CheckAsync(MonitorCheck check, CancellationToken cancellation)
    {
        var seen = Checking.Of(check, await checks.AskAsync(check, cancellation), clock.Now);
        if (check.Network is null || seen is not (Sight.Fails or Sight.Unclear)) return seen.Settled(null);
        return seen.Settled(await checks.ReachesNetworkAsync(check, cancellation));
    }
}
