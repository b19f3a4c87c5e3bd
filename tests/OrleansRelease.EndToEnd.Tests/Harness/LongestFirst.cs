using Xunit.Abstractions;

namespace OrleansRelease.EndToEnd.Tests.Harness;

/// <summary>
/// The classes that take longest begin first, so that none of them goes on alone when the others are over; the rest
/// follow by their names, the same in every run.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Longest =
    [
        nameof(TheTour), nameof(WhenARealPrometheusJudges), nameof(WhenAScriptTakesTheShopBack),
        nameof(WhatElseTheDemoTakesBack), nameof(WhenTheRouterMisbehaves), nameof(WhenTheStoreIsPostgreSql),
        nameof(WhenTheDemoIsCutShort), nameof(WhenTheServerIsKilledInACanary), nameof(WhenServersFormACluster),
        nameof(WhenTwoBuildsShareAStore), nameof(TheLocalCluster), nameof(WhenTheStoreIsRestored),
        nameof(WhenATeamHasAnEndpointOfItsOwn), nameof(WhenMetricsFail), nameof(WhenAWayBackIsShortOfCapacity),
    ];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(PlaceOf).ThenBy(collection => collection.DisplayName, StringComparer.Ordinal);

    private static int PlaceOf(ITestCollection collection)
    {
        // A class without a collection is one of its own, which is called by the class's full name.
        var place = Array.FindIndex(
            Longest, name => collection.DisplayName.Contains($".{name} ", StringComparison.Ordinal));
        return place < 0 ? Longest.Length : place;
    }
}
