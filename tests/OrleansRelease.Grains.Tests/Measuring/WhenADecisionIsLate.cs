using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Grains.Tests.Harness;

namespace OrleansRelease.Grains.Tests.Measuring;

[Collection(ServersCollection.Name)]
public sealed class WhenADecisionIsLate(Stores stores) : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<double> _lags = new();

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task By_how_much_is_told()
    {
        var clock = new AdvancedClock();
        await using var server = await TestServer.StartAsync(await stores.NewAsync(), new World(), more: clock.Put);
        Listen(server.Get<IMeterFactory>());
        var rollouts = new Harness.Rollouts(server) { Pause = TimeSpan.FromHours(1) };
        var resting = await rollouts.StartAsync(Harness.Rollouts.SlotOf(1), "1.0.0");
        await Eventually.IsAsync(
            "it rests", () => rollouts.ViewAsync(resting), view => view?.State.Work is Work.Resting);
        Assert.InRange(_lags.DefaultIfEmpty().Max(), 0, 60);

        // It was about to look at its numbers, and finds itself ten minutes later.
        clock.Advance(TimeSpan.FromMinutes(10));

        await Eventually.IsAsync("a decision was late", () => _lags.Any(lag => lag > 60));
        Assert.InRange(_lags.Max(), 590, 660);
    }

    private void Listen(IMeterFactory factory)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == factory && instrument.Name == "orel.decision.lag")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((_, lag, labels, _) =>
        {
            if (labels[0].Value is "rollout") _lags.Enqueue(lag);
        });
        _listener.Start();
    }
}
