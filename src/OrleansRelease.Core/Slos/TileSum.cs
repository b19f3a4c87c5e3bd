namespace OrleansRelease.Core.Slos;

/// <summary>
/// The counts of several tiles together. Added as Prometheus' <c>sum_over_time</c> does, from old to new with
/// Neumaier's correction (A. Neumaier, ZAMM 54, 1974, 39-51), so that counts which are no whole numbers give the same
/// last digit.
/// </summary>
internal readonly record struct TileSum(double Bad, double Total)
{
    public static TileSum Of(ReadOnlySpan<Tile> tiles)
    {
        var (bad, badLost, total, totalLost) = (0d, 0d, 0d, 0d);
        foreach (var tile in tiles)
        {
            Add(tile.Bad, ref bad, ref badLost);
            Add(tile.Total, ref total, ref totalLost);
        }

        return new(bad + badLost, total + totalLost);
    }

    private static void Add(double next, ref double sum, ref double lost)
    {
        var added = sum + next;
        lost += Math.Abs(sum) >= Math.Abs(next) ? sum - added + next : next - added + sum;
        sum = added;
    }
}
