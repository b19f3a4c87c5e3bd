namespace OrleansRelease.Core.Units;

/// <summary>Looks things up that are in the order of time.</summary>
internal static class InOrder
{
    /// <summary>How many are not later than a time.</summary>
    public static int CountUpTo<T>(ReadOnlySpan<T> all, Func<T, DateTimeOffset> at, DateTimeOffset time)
    {
        var (low, high) = (0, all.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (at(all[middle]) <= time) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}
