using System.Collections.Immutable;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Simulating;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Planning;

/// <summary>How long the steps of a release's services took the last times, where that is on record.</summary>
internal sealed class PastDurations(IPastRollouts past)
{
    /// <summary>How many rollouts of each slot are looked at: what was long ago says little.</summary>
    public const int Newest = 5;

    /// <summary>How many slots are read at a time.</summary>
    private const int AtATime = 4;

    public async Task<ImmutableArray<KnownDuration>> ReadAsync(FoundRelease found, CancellationToken cancellation)
    {
        var known = ImmutableArray.CreateBuilder<KnownDuration>();
        foreach (var some in found.Resolved.Spec.Services.Select(entry => entry.Service).Chunk(AtATime))
        {
            var read = await Task.WhenAll(some.Select(service => past.ReadAsync(
                NewestOf(found, service), cancellation)));
            foreach (var (service, rollouts) in some.Zip(read)) known.AddRange(PastSteps.Of(service, rollouts));
        }

        return known.ToImmutable();
    }

    private static ImmutableArray<RolloutId> NewestOf(FoundRelease found, ServiceName service)
    {
        var last = found.Slots[service]?.LastNumber ?? 0;
        var slot = found.Resolved.Spec.SlotOf(service);
        return [.. Enumerable.Range(0, Math.Min(last, Newest)).Select(i => new RolloutId(slot, last - i))];
    }
}
