using System.Collections.Immutable;

namespace OrleansRelease.Core.Slos;

/// <summary>
/// Makes tiles of two series of counts. A stretch without a total has none. One without bad ones beside a total had
/// none of them; one without good ones says nothing: that all were bad, nobody has counted.
/// </summary>
public static class CountedTiles
{
    /// <param name="isGood">Whether the good ones were counted, and not the bad ones.</param>
    /// <param name="counted">By the end of the stretch.</param>
    /// <param name="totals">The same of all requests.</param>
    /// <returns>From old to new.</returns>
    public static ImmutableArray<Tile> Of(
        bool isGood, IReadOnlyDictionary<DateTimeOffset, double> counted,
        IReadOnlyDictionary<DateTimeOffset, double> totals)
    {
        ArgumentNullException.ThrowIfNull(counted);
        ArgumentNullException.ThrowIfNull(totals);
        return
        [
            .. totals.Where(total => !isGood || counted.ContainsKey(total.Key)).OrderBy(total => total.Key)
                .Select(total => new Tile(
                    total.Key, BadOf(isGood, counted.GetValueOrDefault(total.Key), total.Value), total.Value)),
        ];
    }

    // Each sum is extrapolated for itself: a hair more than all is all of them. More than that contradicts.
    private static double BadOf(bool isGood, double counted, double total)
    {
        if (counted > total && counted <= total * 1.001) counted = total;
        return isGood ? total - counted : counted;
    }
}
