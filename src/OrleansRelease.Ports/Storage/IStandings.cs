using OrleansRelease.Core.Slots;

namespace OrleansRelease.Ports.Storage;

/// <summary>What runs where, of many slots at once.</summary>
public interface IStandings
{
    /// <summary>
    /// Of slots in key order after <see cref="RowFilter.After"/>, at most <see cref="RowFilter.Limit"/>. One that
    /// cannot be read says so in its own line.
    /// </summary>
    Task<IReadOnlyList<Standing>> ListAsync(RowFilter filter, CancellationToken cancellation);
}
