using System.Collections.Immutable;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Slos;

/// <summary>The two counts of one window of a metric, known by its end.</summary>
public readonly record struct Tile(DateTimeOffset End, double Bad, double Total);

/// <summary>
/// The counts of a metric from old to new, one tile for each window that was measured; what was not has none.
/// </summary>
public sealed record TileSeries
{
    /// <param name="interval">How long each tile is.</param>
    /// <param name="tiles">From old to new, no two of the same end.</param>
    /// <exception cref="ArgumentException">They are not in order.</exception>
    public TileSeries(TimeSpan interval, ImmutableArray<Tile> tiles)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval, TimeSpan.Zero);
        for (var i = 1; i < tiles.Length; i++)
        {
            if (tiles[i].End <= tiles[i - 1].End)
                throw new ArgumentException("the tiles are not from old to new", nameof(tiles));
        }

        (Interval, Tiles) = (interval, tiles);
    }

    public TimeSpan Interval { get; }

    public ImmutableArray<Tile> Tiles { get; }

    /// <summary>Those that ended in the window of this length up to a time, after it began.</summary>
    public ReadOnlySpan<Tile> Within(TimeSpan length, DateTimeOffset upTo)
    {
        var from = CountUpTo(upTo - length);
        return Tiles.AsSpan()[from..CountUpTo(upTo)];
    }

    private int CountUpTo(DateTimeOffset time) => InOrder.CountUpTo(Tiles.AsSpan(), static tile => tile.End, time);
}
