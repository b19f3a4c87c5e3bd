using System.Text.Json;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Json;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Durability;

/// <summary>
/// The row of one grain as last known to be committed, apart from what is being written, so that queries between the
/// two see only what is durable.
/// </summary>
internal sealed class CommittedRow<TState>(IPersistentState<RowRecord> storage, IStoreFormat format)
    where TState : class
{
    /// <summary>How often one transition is written before its call fails.</summary>
    public const int WriteAttempts = 3;

    public Row<TState> Row { get; private set; } = Row<TState>.Empty;

    /// <summary>Why the stored payload cannot be read, or null.</summary>
    public string? Unreadable { get; private set; }

    /// <summary>Takes over what storage has read; a payload that cannot be read leaves the row as it was.</summary>
    /// <exception cref="InvalidOperationException">A newer build wrote it; this one must not touch it.</exception>
    public async Task LoadAsync()
    {
        // The text is let go of after every read, so an activation that was moved here brings none.
        if (storage.State.Payload.Length == 0 && !string.IsNullOrEmpty(storage.Etag)) await storage.ReadStateAsync();
        try
        {
            Unreadable = null;
            Row = Parse(storage.State.Payload);
        }
        // A case of a union without its word is not even called wrong JSON.
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            Unreadable = e.Message;
        }

        storage.State = new();
    }

    /// <summary>Reads the row anew; true when another activation has written it since.</summary>
    public async Task<bool> ReloadAsync()
    {
        var before = (Row.Sequence, Unreadable);
        await storage.ReadStateAsync();
        await LoadAsync();
        return before != (Row.Sequence, Unreadable);
    }

    /// <summary>
    /// Writes one transition. After a failure nobody knows whether it was stored, so storage is asked: when this
    /// transition is the head it was; when nothing has moved it is written again.
    /// </summary>
    public async Task<Commit> WriteAsync(StepResult<TState>.Written written, RowColumns columns, string payload)
    {
        Exception? last = null;
        for (var attempt = 0; attempt < WriteAttempts; attempt++)
        {
            try
            {
                storage.State = new() { Columns = columns, Payload = payload, Transition = written.Transition };
                await storage.WriteStateAsync();
                return Adopt(written.Row);
            }
            catch (Exception e)
            {
                last = e;
            }

            Row<TState> stored;
            try
            {
                await storage.ReadStateAsync();
                stored = Parse(storage.State.Payload);
            }
            catch (Exception e)
            {
                return Lose(new AggregateException(last, e));
            }

            if (stored.Sequence == written.Row.Sequence && stored.Head == written.Row.Head) return Adopt(written.Row);
            if (stored.Sequence != Row.Sequence || stored.Head != Row.Head) break;
        }

        return Lose(last!);
    }

    // What may not be stored goes nowhere with an activation that moves.
    private Commit.Lost Lose(Exception reason)
    {
        storage.State = new();
        return new(reason);
    }

    private Commit Adopt(Row<TState> row)
    {
        (Row, Unreadable) = (row, null);
        storage.State = new();
        return new Commit.Done();
    }

    private Row<TState> Parse(string payload)
    {
        if (payload.Length == 0) return Row<TState>.Empty;
        using (var document = JsonDocument.Parse(payload))
        {
            if (document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("schema", out var schema)
                && schema.ValueKind == JsonValueKind.Number && schema.TryGetInt32(out var version)
                && version > format.Newest)
            {
                throw new InvalidOperationException(
                    $"a newer build wrote this row (schema {version}, known is {format.Newest})");
            }
        }

        return Vocabulary.Read<Row<TState>>(payload);
    }
}

/// <summary>What became of a write.</summary>
internal abstract record Commit
{
    private Commit()
    {
    }

    public sealed record Done : Commit;

    /// <summary>It may or may not be stored; whoever holds this row must let go of it and read again.</summary>
    public sealed record Lost(Exception Reason) : Commit;
}
