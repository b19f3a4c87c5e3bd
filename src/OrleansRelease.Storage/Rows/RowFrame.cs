using System.Text;
using System.Text.Json;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Storage.Databases;

namespace OrleansRelease.Storage.Rows;

/// <summary>
/// A record in the single parameter that Orleans passes: header as JSON, newline, state, newline, transition. Compact
/// JSON holds no raw newline, so the statement can cut it by bytes and store both texts as they are.
/// </summary>
internal static class RowFrame
{
    private const byte Cut = (byte)'\n';

    private sealed record Header(
        string Kind, string Key, long Sequence, long At, string Phase, ServiceName? Service,
        EnvironmentName? Environment, VersionName? Version, string? SpecHash, int Shard, long? NextWake,
        IReadOnlyList<RungStream>? Rings = null);

    private sealed record RungStream(string Kind, string Key, long Previous, int Shard);

    public static byte[] Write(RowRecord record)
    {
        var columns = Checked(record);
        var header = Vocabulary.Write(new Header(
            columns.Kind, columns.Key, columns.Sequence, Micros.Of(columns.At), columns.Phase, columns.Service,
            columns.Environment, columns.Version, columns.SpecHash, Shards.Of(columns.Kind, columns.Key),
            columns.NextWake is { } wake ? Micros.NotBefore(wake) : null, Rung(columns)));
        return Encoding.UTF8.GetBytes($"{header}\n{record.Payload}\n{record.Transition}");
    }

    /// <summary>The same without a frame, for a statement that takes the columns one by one.</summary>
    public static RowWrite Unframed(RowRecord record, int? etag)
    {
        var columns = Checked(record);
        var rings = Rung(columns) is { } rung ? Vocabulary.Write(rung) : null;
        return new RowWrite(columns, etag, rings, record.Payload, record.Transition);
    }

    /// <summary>What a read gives: header and state, no transition.</summary>
    public static RowRecord Read(ReadOnlySpan<byte> frame)
    {
        var cut = frame.IndexOf(Cut);
        if (cut < 0) throw new JsonException("a stored row has no header");
        var header = Vocabulary.Read<Header>(Encoding.UTF8.GetString(frame[..cut]));
        return new RowRecord
        {
            Columns = new RowColumns(
                header.Kind, header.Key, header.Sequence, Micros.Time(header.At), header.Phase, header.Service,
                header.Environment, header.Version, header.SpecHash,
                header.NextWake is { } wake ? Micros.Time(wake) : null),
            Payload = Encoding.UTF8.GetString(frame[(cut + 1)..]),
        };
    }

    private static IReadOnlyList<RungStream>? Rung(RowColumns columns)
    {
        if (columns.Rings.Count == 0) return null;
        if (columns.Rings.DistinctBy(ring => (ring.Kind, ring.Key)).Count() < columns.Rings.Count
            || columns.Rings.Any(ring => ring.Previous < 0 || ring.Previous >= columns.Sequence))
        {
            throw new ArgumentException(
                $"{columns.Kind} {columns.Key} rings a stream twice, or after a transition that is not before this one",
                nameof(columns));
        }

        return
        [
            .. columns.Rings.Select(ring =>
                new RungStream(ring.Kind, ring.Key, ring.Previous, Shards.Of(ring.Kind, ring.Key))),
        ];
    }

    private static RowColumns Checked(RowRecord record)
    {
        var columns = record.Columns
            ?? throw new ArgumentException("a row is written with its columns", nameof(record));
        if (record.Payload.Length == 0 || record.Transition.Length == 0)
            throw new ArgumentException($"{columns.Kind} {columns.Key} has no state or no transition", nameof(record));
        // JSON writes both as escapes. Raw, one would cut the frame elsewhere, the other no PostgreSQL text can hold.
        if (record.Payload.AsSpan().ContainsAny('\n', '\0') || record.Transition.AsSpan().ContainsAny('\n', '\0'))
        {
            throw new ArgumentException(
                "state and transition are compact JSON: no raw newline, no U+0000", nameof(record));
        }

        return columns;
    }
}
