using System.Collections.Concurrent;
using System.Collections.Immutable;
using OrleansRelease.Contracts;
using OrleansRelease.Core.Identity;
using OrleansRelease.Grains.Planning;

namespace OrleansRelease.Grains.Inquiries;

/// <summary>
/// Which services call which others, as the catalogue says; it may be some minutes old. What a service whose manifest
/// cannot be read calls is not known, which is something else than nothing.
/// </summary>
internal sealed class Calls(IGrainFactory grains, TimeProvider time)
{
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(5);

    private const int AtATime = 64;

    private readonly ConcurrentDictionary<ServiceName, (long At, ServiceName[]? Services)> _known = new();

    /// <summary>Without those of which it is not known.</summary>
    public async Task<ImmutableDictionary<ServiceName, ServiceName[]>> OfAsync(
        IReadOnlyCollection<ServiceName> services, CancellationToken cancellation)
    {
        var unknown = services.Where(one => !_known.TryGetValue(one, out var known)
            || time.GetElapsedTime(known.At) > Kept);
        foreach (var some in unknown.Chunk(AtATime)) await AskAsync(some, cancellation);
        return services.Where(one => _known.TryGetValue(one, out var known) && known.Services is not null)
            .ToImmutableDictionary(one => one, one => _known[one].Services!);
    }

    private async Task AskAsync(ServiceName[] some, CancellationToken cancellation)
    {
        if (await FoundAsync(some, cancellation) is { } found)
        {
            foreach (var service in some) _known[service] = (time.GetTimestamp(), [.. found[service]]);
        }
        else if (some.Length == 1)
        {
            // What was known of it before is better than nothing.
            _known[some[0]] = (time.GetTimestamp(), _known.GetValueOrDefault(some[0]).Services);
        }
        else
        {
            foreach (var one in some) await AskAsync([one], cancellation);
        }
    }

    private async Task<ILookup<ServiceName, ServiceName>?> FoundAsync(
        ServiceName[] some, CancellationToken cancellation)
    {
        try
        {
            return await new CatalogueLookup(grains).DependsOnAsync(some, cancellation)
                is Answer<ILookup<ServiceName, ServiceName>>.Accepted { Value: var found }
                ? found
                : null;
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }
}
