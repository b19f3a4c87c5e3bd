using System.Threading.Channels;

namespace OrleansRelease.Gateway.Events;

/// <summary>
/// Somebody who listens, with a bounded buffer: whoever does not read is dropped, and told so; others never wait.
/// </summary>
internal sealed class Listener(FeedFilter filter, long from, int buffer)
{
    private readonly Channel<FeedItem> _items = Channel.CreateBounded<FeedItem>(
        new BoundedChannelOptions(buffer) { SingleReader = true });

    public enum End
    {
        None,
        TooSlow,
        Stopping,
    }

    /// <summary>Everything after this comes to <see cref="Items"/>; what was before is in the log.</summary>
    public long From => from;

    public FeedFilter Filter => filter;

    public ChannelReader<FeedItem> Items => _items.Reader;

    /// <summary>Why no more items come.</summary>
    public End Ended { get; private set; }

    /// <summary>False when it was too slow for this one, and gets nothing any more.</summary>
    public bool Offer(FeedItem item)
    {
        if (!filter.Wants(item) || _items.Writer.TryWrite(item)) return true;
        Finish(End.TooSlow);
        return false;
    }

    public void Finish(End why)
    {
        if (Ended == End.None) Ended = why;
        _items.Writer.TryComplete();
    }
}
