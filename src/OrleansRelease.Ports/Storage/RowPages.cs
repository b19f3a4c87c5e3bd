using System.Runtime.CompilerServices;

namespace OrleansRelease.Ports.Storage;

/// <summary>Searches that may find more rows than one answer holds.</summary>
public static class RowPages
{
    /// <summary>
    /// All rows in key order after <see cref="RowFilter.After"/>, read <see cref="RowFilter.Limit"/> at a time: the
    /// next page is asked for when this one is used up.
    /// </summary>
    public static async IAsyncEnumerable<RowSummary> AllAsync(
        this IRows rows, RowFilter filter, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(filter);
        while (true)
        {
            var page = await rows.ListAsync(filter, cancellation);
            foreach (var row in page) yield return row;
            if (page.Count < filter.Limit) yield break;
            filter = filter with { After = page[^1].Key };
        }
    }
}
