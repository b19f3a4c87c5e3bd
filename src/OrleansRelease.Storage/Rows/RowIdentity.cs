using System.Globalization;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Storage.Rows;

/// <summary>How a grain's row is named: the state's name is the kind, the grain's key is the key.</summary>
internal static class RowIdentity
{
    // Orleans reads a key such as "cafe" or "42" as a number, and "00cafe" as the same one: two rows would be one.
    // With a colon in front it is a text; the statements take the colon off again.
    public static string Argument(GrainId grain) => ":" + grain.Key;

    public static GrainId Textual(GrainId grain) => GrainId.Create(grain.Type, IdSpan.Create(Argument(grain)));

    /// <summary>A foreign name or a gap in the sequence is a bug, found before it is stored.</summary>
    public static void Check(string kind, GrainId grain, RowRecord record, string? etag)
    {
        var key = grain.Key.ToString();
        if (record.Columns is not { } columns || columns.Kind != kind || columns.Key != key)
        {
            throw new ArgumentException(
                $"the columns say '{record.Columns?.Kind}/{record.Columns?.Key}', the persistent state is '{kind}' of "
                + $"grain '{key}': the state's name must be the kind and the grain's key the key", nameof(record));
        }

        var before = string.IsNullOrEmpty(etag) ? 0 : long.Parse(etag, CultureInfo.InvariantCulture);
        if (columns.Sequence != before + 1)
        {
            throw new ArgumentException(
                $"{kind} {key} would go from sequence {before} to {columns.Sequence}", nameof(record));
        }
    }
}
