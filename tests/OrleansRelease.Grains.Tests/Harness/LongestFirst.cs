using OrleansRelease.Grains.Tests.Durability;
using Xunit.Abstractions;

namespace OrleansRelease.Grains.Tests.Harness;

/// <summary>
/// What goes on alone for minutes when it begins last begins first, then collections that many classes share; what is
/// a collection by itself fills up what is left, in the same order in every run.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(PlaceOf).ThenBy(collection => collection.DisplayName, StringComparer.Ordinal);

    // A class without a collection is one of its own, which is called by the class's full name.
    private static int PlaceOf(ITestCollection collection) =>
        collection.DisplayName.Contains($".{nameof(WhenAnAdapterFails)} ", StringComparison.Ordinal) ? 0
        : collection.CollectionDefinition is not null ? 1 : 2;
}
