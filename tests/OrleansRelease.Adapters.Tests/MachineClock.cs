using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Adapters.Tests;

/// <summary>Decides by the time of this machine.</summary>
internal sealed class MachineClock : IStoreClock
{
    public DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public int Epoch => 1;
}
