using System.Globalization;
using Orleans.Storage;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Storage.Databases;

namespace OrleansRelease.Storage.Rows;

/// <summary>The rows of a PostgreSQL database, many of one server in one commit.</summary>
internal sealed class PostgreSqlGroupCommit(PostgreSql database) : IGrainStorage
{
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var found = await database.QueryAsync(
            new Statement("SELECT * FROM orel_read(@kind, @key)")
                .With("kind", stateName).With("key", $"{grainId.Key}"),
            reader => (Frame: reader.GetFieldValue<byte[]>(0), Sequence: reader.GetInt32(1)), CancellationToken.None);
        grainState.RecordExists = found.Count > 0;
        grainState.State = (T)(object)(found.Count > 0 ? RowFrame.Read(found[0].Frame) : new RowRecord());
        grainState.ETag = found.Count > 0 ? found[0].Sequence.ToString(CultureInfo.InvariantCulture) : null;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (grainState.State is not RowRecord record)
            throw new NotSupportedException($"'{StorageNames.Rows}' stores {nameof(RowRecord)}, not {typeof(T).Name}");
        var before = grainState.ETag;
        RowIdentity.Check(stateName, grainId, record, before);
        int? etag = string.IsNullOrEmpty(before) ? null : int.Parse(before, CultureInfo.InvariantCulture);
        // What the record holds now: the grain may change it afterwards.
        var sequence = await database.Writer.WriteAsync(RowFrame.Unframed(record, etag));
        grainState.ETag = sequence?.ToString(CultureInfo.InvariantCulture) ?? throw new InconsistentStateException(
            $"{stateName} {grainId.Key} is no longer at sequence {before ?? "0"}");
        grainState.RecordExists = true;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        throw new NotSupportedException("rows are not cleared: what happened to them stays on record");
}
