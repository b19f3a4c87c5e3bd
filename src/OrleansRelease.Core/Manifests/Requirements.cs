using System.Collections.Immutable;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Manifests;

/// <summary>What services require of one another: each <c>dependsOn</c> that says <c>atLeast</c>.</summary>
public static class Requirements
{
    public static ImmutableArray<Requirement> Of(ServiceManifest service) =>
    [
        .. (service.Spec.DependsOn ?? [])
            .Select(one => one.AtLeast is { } least ? new Requirement(one.Service, least) : null)
            .OfType<Requirement>(),
    ];

    /// <summary>
    /// The shortest way from a service over what it requires back to itself, both ends included; null when there is
    /// none. Services in such a circle would wait for each other's next version.
    /// </summary>
    public static ImmutableArray<ServiceName>? Cycle(
        ServiceName from, Func<ServiceName, IEnumerable<Requirement>> requiredBy)
    {
        var cameFrom = new Dictionary<ServiceName, ServiceName>();
        var open = new Queue<ServiceName>([from]);
        while (open.TryDequeue(out var service))
        {
            foreach (var required in requiredBy(service).Select(requirement => requirement.Service))
            {
                if (required == from) return [.. Back(service), from];
                if (cameFrom.TryAdd(required, service)) open.Enqueue(required);
            }
        }

        return null;

        IEnumerable<ServiceName> Back(ServiceName end)
        {
            var path = new List<ServiceName> { end };
            while (path[^1] != from) path.Add(cameFrom[path[^1]]);
            path.Reverse();
            return path;
        }
    }
}
