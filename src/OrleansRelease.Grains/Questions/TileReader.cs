using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Slos;
using OrleansRelease.Core.Specs;
using OrleansRelease.Grains.Effects;
using OrleansRelease.Ports.Metrics;

namespace OrleansRelease.Grains.Questions;

/// <summary>Asks a source for the requests of an objective, in tiles.</summary>
/// <param name="adapters">Where the sources are.</param>
/// <param name="tile">How long each is.</param>
/// <param name="timeout">Of one query.</param>
internal sealed class TileReader(Adapters adapters, TimeSpan tile, TimeSpan timeout)
{
    /// <summary>
    /// The tiles of a stretch of time, or why it is not known; where the source has none, there were no requests.
    /// </summary>
    public async Task<(ImmutableArray<Tile> Tiles, Reading? Missing)> ReadAsync(
        MetricsConnection? connection, SloCounts counts, Window stretch, CancellationToken stopping)
    {
        if (connection is not { } source || adapters.Ranges(source.Adapter) is not { } ranges)
        {
            return ([], new Reading.NoData(
                $"the metrics adapter '{connection?.Adapter}' cannot be asked for a stretch of time"));
        }

        // One after the other: together they would be two of the source's few places.
        var totals = await AskAsync(counts.Total, stretch);
        var counted = totals is RangeReading.Points ? await AskAsync(counts.Counted, stretch) : null;
        return (counted, totals) switch
        {
            (_, RangeReading.Error(var reason)) => ([], new Reading.Error($"total: {reason}")),
            (_, RangeReading.NoData { IsKnown: false } nothing) => ([], new Reading.NoData($"total: {nothing.Reason}")),
            (_, RangeReading.NoData) => ([], null),
            (RangeReading.Error(var reason), _) => ([], new Reading.Error(Of(counts, reason))),
            (RangeReading.NoData nothing, _) when counts.IsGood || !nothing.IsKnown =>
                ([], new Reading.NoData(Of(counts, nothing.Reason))),
            (RangeReading.NoData, _) => (TilesOf(counts, [], ByTile(totals, stretch)), null),
            _ => await BesideAsync(counts, stretch, counted!, totals, AskAsync),
        };

        async Task<RangeReading> AskAsync(string query, Window asked)
        {
            try
            {
                return await ranges.ReadRangeAsync(
                    new(source, query, asked, tile, timeout, IsPatient: true), stopping);
            }
            catch (Exception failed)
            {
                return new RangeReading.Error(failed.Message);
            }
        }
    }

    // Where some of it was counted, nothing is known of a tile without a number: a series may have been lost. Only
    // before the first one it may be that nothing bad had happened yet, where the source says so of that time.
    private async Task<(ImmutableArray<Tile> Tiles, Reading? Missing)> BesideAsync(
        SloCounts counts, Window stretch, RangeReading counted, RangeReading totals,
        Func<string, Window, Task<RangeReading>> ask)
    {
        var (some, all) = (ByTile(counted, stretch), ByTile(totals, stretch));
        var first = some.Count > 0 ? some.Keys.Min() : stretch.Start;
        var (none, missing) = counts.IsGood
            ? (stretch.Start, null)
            : await NoneUpToAsync(all.Keys.Where(end => end < first).Order().ToList());
        if (missing is not null) return ([], missing);
        foreach (var end in all.Keys.Except(some.Keys).ToList())
        {
            if (end <= none) some[end] = 0;
            else all.Remove(end);
        }

        return (TilesOf(counts, some, all), null);

        // A series may have begun with the last scrape of a tile, which counts nothing there and is there all the same.
        async Task<(DateTimeOffset UpTo, Reading? Missing)> NoneUpToAsync(List<DateTimeOffset> before)
        {
            foreach (var end in before.TakeLast(2).Reverse())
            {
                switch (await ask(counts.Counted, stretch with { End = end }))
                {
                    case RangeReading.Error(var reason): return (default, new Reading.Error(Of(counts, reason)));
                    case RangeReading.NoData { IsKnown: true }: return (end, null);
                }
            }

            return (stretch.Start, null);
        }
    }

    // What is no number says nothing of its tile, and least of all that nothing was bad.
    private static ImmutableArray<Tile> TilesOf(
        SloCounts counts, Dictionary<DateTimeOffset, double> counted, Dictionary<DateTimeOffset, double> totals) =>
        CountedTiles.Of(counts.IsGood, counted, totals)
            .RemoveAll(one => double.IsNaN(one.Bad) || double.IsNaN(one.Total));

    // A source that scrapes asks for the next whole scrape interval: a moment after the end of the tile.
    private Dictionary<DateTimeOffset, double> ByTile(RangeReading reading, Window stretch)
    {
        var counts = new Dictionary<DateTimeOffset, double>();
        if (reading is not RangeReading.Points(var points)) return counts;
        foreach (var point in points)
        {
            var number = Math.Floor((point.At - stretch.Start + TimeSpan.FromMilliseconds(1)) / tile);
            if (number >= 1) counts[stretch.Start + (tile * number)] = point.Number;
        }

        return counts;
    }

    private static string Of(SloCounts counts, string reason) => $"{(counts.IsGood ? "good" : "bad")}: {reason}";
}
