using System.Globalization;
using Microsoft.Data.Sqlite;
using Orleans.Storage;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Storage.Databases;

namespace OrleansRelease.Storage.Rows;

/// <summary>The embedded store's rows through its single writer, by the statements of Orleans' provider.</summary>
internal sealed class SqliteGroupCommit(Sqlite database) : IGrainStorage
{
    private readonly Lazy<string> _read = new(() => Query(database, "ReadFromStorageKey"));
    private readonly Lazy<string> _write = new(() => Query(database, "WriteToStorageKey"));

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        using var connection = (SqliteConnection)database.Open();
        using var command = Command(connection, _read.Value, stateName, grainId);
        using var reader = command.ExecuteReader();
        if (reader.Read())
        {
            grainState.State = (T)(object)RowFrame.Read(reader.GetFieldValue<byte[]>(0));
            grainState.ETag = reader.GetInt64(1).ToString(CultureInfo.InvariantCulture);
            grainState.RecordExists = true;
        }
        else
        {
            grainState.State = (T)(object)new RowRecord();
            grainState.ETag = null;
            grainState.RecordExists = false;
        }

        return Task.CompletedTask;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (grainState.State is not RowRecord record)
            throw new NotSupportedException($"'{StorageNames.Rows}' stores {nameof(RowRecord)}, not {typeof(T).Name}");
        var before = grainState.ETag;
        RowIdentity.Check(stateName, grainId, record, before);

        // Framed here and not by the writer: the grain may change the record, and the writer's time belongs to all.
        var frame = RowFrame.Write(record);
        var version = await database.Writer.RunAsync(
            connection => Write(connection, stateName, grainId, before, frame), CancellationToken.None);
        grainState.ETag = version ?? throw new InconsistentStateException(
            $"{stateName} {grainId.Key} is no longer at sequence {before ?? "0"}");
        grainState.RecordExists = true;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        throw new NotSupportedException("rows are not cleared: what happened to them stays on record");

    private string? Write(SqliteConnection connection, string kind, GrainId grain, string? etag, byte[] frame)
    {
        using var command = Command(connection, _write.Value, kind, grain);
        command.Parameters.Add("@GrainStateVersion", SqliteType.Integer).Value = string.IsNullOrEmpty(etag)
            ? DBNull.Value
            : long.Parse(etag, CultureInfo.InvariantCulture);
        command.Parameters.Add("@PayloadBinary", SqliteType.Blob).Value = frame;
        using var reader = command.ExecuteReader();
        string? version = null;
        while (reader.Read()) version = reader.GetInt64(0).ToString(CultureInfo.InvariantCulture);
        return version;
    }

    private static SqliteCommand Command(SqliteConnection connection, string text, string kind, GrainId grain)
    {
        var command = connection.CreateCommand();
        command.CommandText = text;
        command.Parameters.Add("@GrainTypeString", SqliteType.Text).Value = kind;
        command.Parameters.Add("@GrainIdExtensionString", SqliteType.Text).Value = RowIdentity.Argument(grain);
        return command;
    }

    private static string Query(Sqlite database, string name) =>
        (string)database.Scalar($"SELECT QueryText FROM orleansquery WHERE QueryKey = '{name}'")!;
}
