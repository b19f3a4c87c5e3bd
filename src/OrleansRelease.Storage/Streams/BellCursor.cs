using Orleans.Streams;

namespace OrleansRelease.Storage.Streams;

/// <summary>
/// How far one subscriber of a stream has come. The agent moves on when it has delivered, or has given up.
/// </summary>
internal sealed class BellCursor : IQueueCacheCursor
{
    private readonly BellLine _line;
    private readonly Action _left;
    private BellLine.Waiting? _current;
    private long _at;

    public BellCursor(BellLine line, Action left)
    {
        (_line, _left) = (line, left);
        line.Enter(this);
    }

    /// <summary>The number up to which nothing is wanted any more.</summary>
    public long Done => _current is { } current ? current.Number - 1 : _at;

    public IBatchContainer? GetCurrent(out Exception? exception)
    {
        exception = null;
        return _current?.Batch;
    }

    public bool MoveNext()
    {
        if (_current is { } done)
        {
            done.IsHeard = true;
            _at = done.Number;
        }

        _current = _line.After(_at);
        _line.LetPass();
        return _current is not null;
    }

    public void Refresh(StreamSequenceToken token)
    {
    }

    public void RecordDeliveryFailure()
    {
        if (_current is { } unheard) _line.LetGo(unheard);
    }

    public void Dispose()
    {
        _line.Leave(this);
        _left();
    }
}
