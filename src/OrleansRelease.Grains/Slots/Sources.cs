using System.Text.Json;
using OrleansRelease.Contracts.Streams;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Slots;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Slots;

/// <summary>
/// Reads what other slots have decided, after the place up to which that is known: a slot's own sequence has no gaps
/// that are filled later.
/// </summary>
internal sealed class Sources(ILog log, IRows rows)
{
    /// <summary>How many transitions one read asks for.</summary>
    private const int PageSize = 100;

    /// <summary>How many pages are read; who is further behind asks the row where things stand.</summary>
    private const int MaxPages = 5;

    /// <summary>What a bell is about; null when that is known already.</summary>
    public async ValueTask<News?> RungAsync(News known, Bell bell, CancellationToken cancellation)
    {
        switch (Cursor.On(known.Sequence, bell.Sequence, bell.Previous))
        {
            case CatchUp.Nothing:
                return null;
            case CatchUp.ThatOne:
                var read = await log.ReadAsync(
                    bell.SourceKind, bell.SourceKey, bell.Sequence - 1, limit: 1, cancellation);
                return read is [{ Sequence: var sequence } only] && sequence == bell.Sequence
                    ? Fold(known, only) ?? await LookAsync(known, cancellation)
                    : null;
            default:
                return await ReadAsync(known, cancellation);
        }
    }

    /// <summary>Everything since; the same where nothing has happened since.</summary>
    public async Task<News> ReadAsync(News known, CancellationToken cancellation)
    {
        // Where nothing is known, all that ever happened there is summed up by the row.
        if (known.Sequence == 0) return await LookAsync(known, cancellation);
        var news = known;
        for (var page = 0; page < MaxPages; page++)
        {
            var read = await log.ReadAsync(Kinds.Slot, $"{known.Source}", news.Sequence, PageSize, cancellation);
            foreach (var entry in read)
            {
                if (Fold(news, entry) is not { } next) return await LookAsync(known, cancellation);
                news = next;
            }

            if (read.Count < PageSize) return news;
        }

        return await LookAsync(known, cancellation);
    }

    /// <summary>
    /// Whether a slot has another one among those that it will ring. A bell that was only late is answered by its row
    /// alone; one whose row cannot be read rings nobody.
    /// </summary>
    public async ValueTask<bool> RingsAsync(SlotKey source, SlotKey waiter, CancellationToken cancellation)
    {
        if (await rows.GetAsync(Kinds.Slot, $"{source}", cancellation) is not { } row) return false;
        try
        {
            return Vocabulary.Read<Row<SlotState>>(row.Payload).State?.AllWaiters.Any(one => one.Who == waiter)
                == true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // A transition that cannot be read keeps nobody waiting: what was made of it stands in the row's columns.
    private static News? Fold(News known, LogEntry entry)
    {
        try
        {
            return known.After(entry.Sequence, entry.Transition);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task<News> LookAsync(News known, CancellationToken cancellation) =>
        await rows.GetAsync(Kinds.Slot, $"{known.Source}", cancellation) is { Summary: var row }
            ? new(known.Source, row.Sequence, row.Version)
            : known;
}
