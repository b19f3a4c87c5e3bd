using Microsoft.Extensions.DependencyInjection;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Tests.Harness;

/// <summary>The clock of the store, put forward by the test: what is due then is found by the keeper.</summary>
internal sealed class AdvancedClock
{
    private long _ticks;

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);

    public void Put(IServiceCollection services)
    {
        var real = services.Last(known => known.ServiceType == typeof(IStoreClock)).ImplementationFactory!;
        services.AddSingleton<IStoreClock>(provider => new Clock((IStoreClock)real(provider), this));
    }

    private sealed class Clock(IStoreClock real, AdvancedClock by) : IStoreClock
    {
        public DateTimeOffset Now => real.Now + TimeSpan.FromTicks(Interlocked.Read(ref by._ticks));

        public int Epoch => real.Epoch;
    }
}
