using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Testing;

/// <summary>Decides by the time of this machine.</summary>
public sealed class MachineClock : IStoreClock
{
    public DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public int Epoch => 1;
}
