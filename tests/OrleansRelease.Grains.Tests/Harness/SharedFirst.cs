using Xunit.Abstractions;

namespace OrleansRelease.Grains.Tests.Harness;

/// <summary>
/// Collections that many classes share take longest, so they begin first; what is a collection by itself fills up what
/// is left, in the same order in every run.
/// </summary>
public sealed class SharedFirst : ITestCollectionOrderer
{
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(collection => collection.CollectionDefinition is null)
            .ThenBy(collection => collection.DisplayName, StringComparer.Ordinal);
}
