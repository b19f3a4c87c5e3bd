using Orleans.Streams;
using OrleansRelease.Storage.Bells;

namespace OrleansRelease.Storage.Streams;

/// <summary>
/// The bells of one queue that are being delivered, each stream's in a line of its own: a subscriber that hangs or
/// fails keeps only its own stream waiting, and the store is read on.
/// </summary>
internal sealed class BellCache(BellQueue queue) : IQueueCache
{
    private readonly Dictionary<StreamId, BellLine> _lines = [];
    private readonly List<BellLine> _fresh = [];

    public BellQueue Queue => queue;

    /// <summary>Whether somebody is known who follows the stream.</summary>
    public bool IsFollowed(StreamId stream) => _lines.TryGetValue(stream, out var line) && line.IsFollowed;

    public int GetMaxAddCount() => StoredBells.MaxPage;

    public void AddToCache(IList<IBatchContainer> messages)
    {
        foreach (var batch in messages.Cast<BellBatch>())
        {
            var line = Line(batch.StreamId);
            if (!line.IsFollowed) _fresh.Add(line);
            line.Add(batch);
        }
    }

    // What was heard tells the queue so by itself, at once and not when the next page is read. Before that page this is
    // asked: whatever nobody has begun to follow by now has no subscriber.
    public bool TryPurgeFromCache(out IList<IBatchContainer> purgedItems)
    {
        foreach (var line in _fresh.Where(line => !line.IsFollowed)) line.LetPass();
        _fresh.Clear();
        purgedItems = [];
        return false;
    }

    // Where a stream is followed from is no question: whatever of it is here has still to be heard.
    public IQueueCacheCursor GetCacheCursor(StreamId streamId, StreamSequenceToken? token)
    {
        var line = Line(streamId);
        return new BellCursor(line, () =>
        {
            if (line.IsIdle) _lines.Remove(streamId);
        });
    }

    public bool IsUnderPressure() => false;

    private BellLine Line(StreamId stream)
    {
        if (!_lines.TryGetValue(stream, out var line)) _lines.Add(stream, line = new BellLine(queue));
        return line;
    }
}
