using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Durability;

/// <summary>What servers of the build before would not abide by is refused while they may be there.</summary>
internal static class FormatCheck
{
    /// <summary>
    /// The "no" to something that needs a format; not before the store was asked, which may have been finalized a
    /// moment ago. A format never falls, so what was accepted before is accepted when it is repeated.
    /// </summary>
    public static async ValueTask<Refusal?> CheckAsync(
        this IStoreFormat format, int needed, string what, CancellationToken cancellation)
    {
        if (format.Write < needed) await format.AskAsync(cancellation);
        return RowFormat.Needs(needed, format.Write, what);
    }
}
