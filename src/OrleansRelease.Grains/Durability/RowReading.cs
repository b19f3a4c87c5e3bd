using System.Text.Json;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Json;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Durability;

/// <summary>Reads what others have on record, for those who only look.</summary>
internal static class RowReading
{
    /// <summary>Null where it is not there, or cannot be read: that is said where it is explained itself.</summary>
    public static async Task<Row<TState>?> TryReadAsync<TState>(
        this IRows rows, string kind, string key, CancellationToken cancellation)
        where TState : class
    {
        try
        {
            return await rows.GetAsync(kind, key, cancellation) is { } stored
                ? Vocabulary.Read<Row<TState>>(stored.Payload)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
