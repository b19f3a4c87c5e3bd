using Npgsql;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Storage.Databases;

/// <summary>
/// A row to be written: over the one with this etag, or as the first where it is null. Rings are a JSON array of the
/// streams that it rings, null when there are none.
/// </summary>
internal sealed record RowWrite(RowColumns Columns, int? Etag, string? Rings, string Payload, string Transition)
{
    /// <summary>Many as one statement, whose answer names the written ones by their places from 1.</summary>
    public static void Give(NpgsqlCommand command, IReadOnlyList<RowWrite> rows)
    {
        command.CommandText = "SELECT place, seq FROM orel_write_rows("
            + "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
        Add(row => row.Columns.Kind);
        Add(row => row.Columns.Key);
        Add(row => row.Etag);
        Add(row => Micros.Of(row.Columns.At));
        Add(row => row.Columns.Phase);
        Add(row => row.Columns.Service?.ToString());
        Add(row => row.Columns.Environment?.ToString());
        Add(row => row.Columns.Version?.ToString());
        Add(row => row.Columns.SpecHash);
        Add(row => Shards.Of(row.Columns.Kind, row.Columns.Key));
        Add(row => row.Columns.NextWake is { } wake ? Micros.NotBefore(wake) : (long?)null);
        Add(row => row.Rings);
        Add(row => row.Payload);
        Add(row => row.Transition);

        void Add<T>(Func<RowWrite, T> value) => command.Parameters.Add(
            new NpgsqlParameter<T[]> { TypedValue = [.. rows.Select(value)] });
    }
}
