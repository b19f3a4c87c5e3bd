using Orleans.Streams;
using OrleansRelease.Storage.Bells;

namespace OrleansRelease.Storage.Streams;

/// <summary>The queues as Orleans knows them.</summary>
internal sealed class BellQueues : IStreamQueueMapper
{
    private readonly QueueId[] _queues =
        [.. Enumerable.Range(0, Queues.Count).Select(n => QueueId.GetQueueId("bells", (uint)n, (uint)n))];

    public static int NumberOf(QueueId queue) => (int)queue.GetNumericId();

    public IEnumerable<QueueId> GetAllQueues() => _queues;

    public QueueId GetQueueForStream(StreamId streamId) =>
        _queues[Queues.Of(streamId.GetNamespace() ?? "", streamId.GetKeyAsString())];
}
