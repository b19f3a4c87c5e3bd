using Microsoft.Extensions.Hosting;

namespace OrleansRelease.Storage.Tests;

/// <summary>A process that can be told to stop.</summary>
internal sealed class Life : IHostApplicationLifetime
{
    public bool Stops { get; private set; }

    public CancellationToken ApplicationStarted => default;

    public CancellationToken ApplicationStopping => default;

    public CancellationToken ApplicationStopped => default;

    public void StopApplication() => Stops = true;
}
