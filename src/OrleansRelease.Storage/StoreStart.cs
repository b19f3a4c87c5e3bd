using OrleansRelease.Storage.Databases;

namespace OrleansRelease.Storage;

/// <summary>A server without its store does not start: better than one whose every grain fails.</summary>
internal sealed class StoreStart(IServiceProvider services) : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(StoreStart), ServiceLifecycleStage.RuntimeInitialize, _ =>
        {
            services.GetService(typeof(Database));
            return Task.CompletedTask;
        });
}
