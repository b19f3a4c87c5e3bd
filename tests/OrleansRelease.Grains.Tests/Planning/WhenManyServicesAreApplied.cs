using System.Collections.Immutable;
using System.Globalization;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Grains.Planning;

namespace OrleansRelease.Grains.Tests.Planning;

public sealed class WhenManyServicesAreApplied
{
    [Fact]
    public void Four_times_as_many_cost_about_four_times_as_much()
    {
        var (some, many) = (Requiring(100), Requiring(400));
        Cost(some);
        Assert.InRange(Cost(many) / (double)Cost(some), 1, 8);
    }

    // All of them are there, so nothing is read, and the walk ends on the thread that begins it.
    private static long Cost(ImmutableArray<ServiceManifest> services)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var walk = new RequirementWalk(null!, services).CycleAsync(default);
        var cost = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(walk.IsCompletedSuccessfully, "something was read");
        return cost;
    }

    private static ImmutableArray<ServiceManifest> Requiring(int number) =>
    [
        Service("cart"),
        .. Enumerable.Range(2, number - 1).Select(n => Service(
            string.Create(CultureInfo.InvariantCulture, $"service-{n}"),
            new Dependency(ServiceName.From("cart"), VersionName.From("1.9.0")))),
    ];

    private static ServiceManifest Service(string name, params ImmutableArray<Dependency> needs) =>
        new(new ManifestHead(name), new ServiceSpec(DependsOn: needs));
}
