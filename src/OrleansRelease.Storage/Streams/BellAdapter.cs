using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Streams;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Storage.Bells;

namespace OrleansRelease.Storage.Streams;

/// <summary>
/// The stream provider over the bells of the store. It is only read from: what rings is written with the row.
/// </summary>
internal sealed class BellAdapter(
    string name, StoredBells stored, Doorbell doorbell, IStoreClock clock, IGrainFactory grains, TimeProvider time,
    ILoggerFactory loggers) : IQueueAdapterFactory, IQueueAdapter, IQueueAdapterCache
{
    private readonly BellQueues _queues = new();

    // An agent asks for the cache of its queue first, and then for what fills it.
    private readonly ConcurrentDictionary<QueueId, BellCache> _caches = [];

    public string Name => name;

    /// <summary>Nobody has to say from where: see <see cref="BellCache.GetCacheCursor"/>.</summary>
    public bool IsRewindable => false;

    public StreamProviderDirection Direction => StreamProviderDirection.ReadOnly;

    public static BellAdapter Create(IServiceProvider services, string name) =>
        ActivatorUtilities.CreateInstance<BellAdapter>(services, name);

    public Task<IQueueAdapter> CreateAdapter() => Task.FromResult<IQueueAdapter>(this);

    public IQueueAdapterCache GetQueueAdapterCache() => this;

    public IStreamQueueMapper GetStreamQueueMapper() => _queues;

    public Task<IStreamFailureHandler> GetDeliveryFailureHandler(QueueId queueId) =>
        Task.FromResult<IStreamFailureHandler>(new NoOpStreamDeliveryFailureHandler());

    public IQueueCache CreateQueueCache(QueueId queueId) => _caches[queueId] = new BellCache(new BellQueue(
        BellQueues.NumberOf(queueId), stored, clock, time, loggers.CreateLogger<BellQueue>()));

    public IQueueAdapterReceiver CreateReceiver(QueueId queueId) => new BellReceiver(
        _caches[queueId], doorbell.Of(BellQueues.NumberOf(queueId)), grains, time,
        loggers.CreateLogger<BellReceiver>());

    public Task QueueMessageBatchAsync<T>(
        StreamId streamId, IEnumerable<T> events, StreamSequenceToken? token,
        Dictionary<string, object>? requestContext) =>
        throw new NotSupportedException($"'{name}' tells what is in the log; a write rings it");
}
