using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Gateway.Events;

/// <summary>
/// What one listener is sent: first what it missed, out of the log, then what comes; a heartbeat when nothing does.
/// </summary>
internal sealed class EventStream(LiveFeed feed, ILog log, GatewayOptions options, TimeProvider time)
{
    private const int PageSize = 200;

    public async IAsyncEnumerable<SseItem<string>> ReadAsync(
        Listener listener, long? lastEventId, [EnumeratorCancellation] CancellationToken cancellation)
    {
        try
        {
            // At once, so that the client knows that it is connected, and from where to resume.
            var cursor = lastEventId ?? listener.From;
            yield return Heartbeat(cursor);
            await foreach (var item in MissedAsync(listener, cursor, cancellation)) yield return item.ToEvent();
            await foreach (var item in ComingAsync(listener, cancellation)) yield return item;
            yield return new SseItem<string>(
                listener.Ended == Listener.End.TooSlow
                    ? """{"reason":"too slow: more events waited than are kept","resume":"Last-Event-ID"}"""
                    : """{"reason":"the server is stopping","resume":"Last-Event-ID"}""",
                "dropped");
        }
        finally
        {
            await feed.LeaveAsync(listener);
        }
    }

    private async IAsyncEnumerable<FeedItem> MissedAsync(
        Listener listener, long cursor, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (cursor < listener.From)
        {
            var page = await log.TailAsync(cursor, PageSize, cancellation);
            foreach (var item in page.Where(entry => entry.Position <= listener.From).Select(FeedItem.Of))
            {
                if (listener.Filter.Wants(item)) yield return item;
            }

            if (page.Count == 0) yield break;
            cursor = page[^1].Position;
        }
    }

    private async IAsyncEnumerable<SseItem<string>> ComingAsync(
        Listener listener, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(options.Heartbeat, time);
        var beat = timer.WaitForNextTickAsync(cancellation).AsTask();
        var more = listener.Items.WaitToReadAsync(cancellation).AsTask();
        while (true)
        {
            if (await Task.WhenAny(more, beat) == beat)
            {
                await beat;
                // Read before looking into the buffer: all that is before it has been offered.
                var position = feed.Position;
                if (!listener.Items.TryPeek(out _)) yield return Heartbeat(position);
                beat = timer.WaitForNextTickAsync(cancellation).AsTask();
                continue;
            }

            if (!await more) yield break;
            while (listener.Items.TryRead(out var item)) yield return item.ToEvent();
            more = listener.Items.WaitToReadAsync(cancellation).AsTask();
        }
    }

    private static SseItem<string> Heartbeat(long position) =>
        new("{}", "heartbeat") { EventId = FeedItem.IdOf(position) };
}
