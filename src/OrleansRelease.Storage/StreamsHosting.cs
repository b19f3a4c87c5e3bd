using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Streams;
using OrleansRelease.Storage.Bells;
using OrleansRelease.Storage.Streams;

namespace OrleansRelease.Storage;

/// <summary>Adds the log as a stream to a silo that has the store.</summary>
public static class StreamsHosting
{
    /// <summary>
    /// The provider of the bells that writes leave. A stream's namespace is the grain type of its subscriber, its key
    /// that of the grain; subscriptions are implicit.
    /// </summary>
    public static ISiloBuilder AddReleaseStreams(this ISiloBuilder silo, string name)
    {
        ArgumentNullException.ThrowIfNull(silo);
        silo.Services.TryAddSingleton<StoredBells>();
        silo.AddGrainExtension<IPresence, Presence>();
        return silo.AddPersistentStreams(name, BellAdapter.Create, streams =>
        {
            streams.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly);
            streams.ConfigurePartitionBalancing(
                (services, _) => ActivatorUtilities.CreateInstance<EvenBalancer>(services));
            streams.ConfigurePullingAgent(agent => agent.Configure(pull =>
            {
                // What waits is the receiver; this is only how soon it is asked again.
                pull.GetQueueMsgsTimerPeriod = TimeSpan.FromMilliseconds(10);
                pull.MaxEventDeliveryTime = TimeSpan.FromSeconds(5);
                pull.BatchContainerBatchSize = 1;
            }));
        });
    }
}
