using System.Collections.Immutable;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Attribution;

/// <summary>
/// The ways that calls take from one service to those that it depends on, directly or through others.
/// </summary>
public static class Ways
{
    /// <summary>A way through more services than these is not looked for.</summary>
    public const int Longest = 10;

    /// <summary>Those that call one of these services, directly or through others.</summary>
    public static IReadOnlySet<ServiceName> Into(
        IEnumerable<ServiceName> services, ILookup<ServiceName, ServiceName> callers)
    {
        ArgumentNullException.ThrowIfNull(callers);
        var (found, seen) = (new HashSet<ServiceName>(), services.ToHashSet());
        for (var next = new Queue<ServiceName>(seen); next.TryDequeue(out var service);)
        {
            foreach (var caller in callers[service])
            {
                found.Add(caller);
                if (seen.Add(caller)) next.Enqueue(caller);
            }
        }

        return found;
    }

    /// <summary>
    /// The shortest way to each, both ends included, with the service itself; of equal ones the first by name.
    /// </summary>
    public static ImmutableSortedDictionary<ServiceName, ImmutableArray<ServiceName>> From(
        ServiceName service, Func<ServiceName, IEnumerable<ServiceName>> dependsOn)
    {
        ArgumentNullException.ThrowIfNull(dependsOn);
        var ways = new Dictionary<ServiceName, ImmutableArray<ServiceName>> { [service] = [service] };
        var last = new List<ServiceName> { service };
        for (var length = 1; length < Longest && last.Count > 0; length++)
        {
            var next = new List<ServiceName>();
            foreach (var from in last)
            {
                foreach (var to in dependsOn(from).OrderBy(one => $"{one}", StringComparer.Ordinal))
                {
                    if (ways.TryAdd(to, ways[from].Add(to))) next.Add(to);
                }
            }

            last = next;
        }

        return ways.ToImmutableSortedDictionary(
            Comparer<ServiceName>.Create((one, other) => string.CompareOrdinal($"{one}", $"{other}")));
    }
}
