using System.Diagnostics.Metrics;

namespace OrleansRelease.Grains.Measuring;

/// <summary>What is counted where news of the log arrive: whoever hears a bell tells how long it took.</summary>
public sealed class BellInstruments
{
    private readonly Histogram<double> _lag;

    public BellInstruments(IMeterFactory factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        _lag = factory.Create(GrainsHosting.MeterName).CreateHistogram(
            "orel.stream.lag", "s", "Time from a decision's write to when a listener heard of it", null,
            Buckets.OfDelays);
    }

    public void OnBell(TimeSpan lag) => _lag.Record(Math.Max(lag.TotalSeconds, 0));
}
