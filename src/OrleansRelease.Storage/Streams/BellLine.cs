using OrleansRelease.Storage.Bells;

namespace OrleansRelease.Storage.Streams;

/// <summary>
/// The bells of one stream that wait for its subscribers. One that is not heard is let go of with all that wait behind
/// it: they stay in the store, and nobody else's wait here.
/// </summary>
internal sealed class BellLine(BellQueue queue)
{
    /// <summary>How many bells wait for the subscribers of one stream.</summary>
    private const int MaxWaiting = 64;

    private readonly LinkedList<Waiting> _waiting = [];
    private readonly List<BellCursor> _cursors = [];
    private long _last;

    public sealed class Waiting(BellBatch batch, long number)
    {
        public BellBatch Batch => batch;

        public long Number => number;

        public bool IsHeard { get; set; }

        public bool IsUnheard { get; set; }
    }

    public bool IsFollowed => _cursors.Count > 0;

    public bool IsIdle => _cursors.Count == 0 && _waiting.Count == 0;

    public void Add(BellBatch batch)
    {
        if (_waiting.Count < MaxWaiting) _waiting.AddLast(new Waiting(batch, ++_last));
        else queue.Unheard(batch.Bell);
    }

    public void Enter(BellCursor cursor) => _cursors.Add(cursor);

    public void Leave(BellCursor cursor)
    {
        _cursors.Remove(cursor);
        LetPass();
    }

    public Waiting? After(long number) => _waiting.FirstOrDefault(one => one.Number > number);

    /// <summary>Takes off whatever all subscribers have done with.</summary>
    public void LetPass()
    {
        var done = _cursors.Count == 0 ? _last : _cursors.Min(cursor => cursor.Done);
        while (_waiting.First is { Value: var first } && first.Number <= done)
        {
            _waiting.RemoveFirst();
            if (first is { IsHeard: true, IsUnheard: false }) queue.Heard(first.Batch.Bell);
            else queue.Unheard(first.Batch.Bell);
        }
    }

    public void LetGo(Waiting unheard)
    {
        unheard.IsUnheard = true;
        while (_waiting.Last is { Value: var last } && last.Number > unheard.Number)
        {
            _waiting.RemoveLast();
            queue.Unheard(last.Batch.Bell);
        }
    }
}
