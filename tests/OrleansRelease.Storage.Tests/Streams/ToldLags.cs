using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace OrleansRelease.Storage.Tests.Streams;

/// <summary>What this process tells of the stream's lag to whoever collects its numbers, in seconds.</summary>
internal sealed class ToldLags : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<double> _all = new();

    public ToldLags()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == StorageNames.Meter && instrument.Name == "orel.stream.lag")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((_, lag, _, _) => _all.Enqueue(lag));
        _listener.Start();
    }

    public IReadOnlyCollection<double> All => _all;

    public void Dispose() => _listener.Dispose();
}
