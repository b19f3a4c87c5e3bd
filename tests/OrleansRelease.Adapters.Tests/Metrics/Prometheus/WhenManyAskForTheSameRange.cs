using Microsoft.Extensions.Time.Testing;
using OrleansRelease.Adapters.Metrics.Prometheus;
using OrleansRelease.Ports.Metrics;

namespace OrleansRelease.Adapters.Tests.Metrics.Prometheus;

public sealed class WhenManyAskForTheSameRange : IAsyncLifetime
{
    private static readonly TimeSpan ScrapeInterval = TimeSpan.FromSeconds(15);

    private readonly FakeTimeProvider _time = new(Rig.Start.AddMinutes(1));
    private ScriptedPrometheus _source = null!;
    private Rig _rig = null!;

    public async Task InitializeAsync()
    {
        _source = await ScriptedPrometheus.StartAsync();
        _rig = new Rig(_source.Url, _time);
    }

    public async Task DisposeAsync()
    {
        _rig.Dispose();
        await _source.DisposeAsync();
    }

    [Fact]
    public async Task A_range_is_asked_once_good_for_an_interval_and_then_asked_anew()
    {
        // They end all over the interval, which is one time to all of them.
        var readings = await Task.WhenAll(Enumerable.Range(1, 1_000).Select(i => Task.Run(() => _rig.RangeAsync(
            "burn", Rig.WindowAt(Rig.Start + (ScrapeInterval * i / 1_000)), isPatient: i % 2 == 0))));
        Assert.All(readings, reading => Assert.Equal(
            [Rig.Start.AddSeconds(-15), Rig.Start.AddSeconds(15)],
            Assert.IsType<RangeReading.Points>(reading).All.Select(point => point.At)));
        Assert.Single(_source.Asked);

        _time.Advance(ScrapeInterval - TimeSpan.FromMilliseconds(1));
        await _rig.RangeAsync("burn", Rig.WindowAt(Rig.Start + ScrapeInterval));
        Assert.Single(_source.Asked);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await _rig.RangeAsync("burn", Rig.WindowAt(Rig.Start + ScrapeInterval));
        Assert.Equal(2, _source.Asked.Count);
    }

    [Fact]
    public async Task Ranges_that_differ_in_anything_are_asked_each_for_itself()
    {
        var minute = Rig.WindowAt(Rig.Start);
        await _rig.RangeAsync("burn", minute);
        await _rig.RangeAsync("burn", minute, step: TimeSpan.FromSeconds(15));
        await _rig.RangeAsync("burn", minute with { Start = minute.Start.AddMinutes(-1) });
        await _rig.RangeAsync("burn", Rig.WindowAt(minute.End + ScrapeInterval));
        await _rig.RangeAsync("other", minute);

        Assert.Equal(5, _source.Asked.Distinct().Count());
    }

    [Theory]
    [InlineData(502, "down")]
    [InlineData(200, """
        {"status": "success", "data": {"resultType": "matrix", "result": [
            {"metric": {}, "values": [[1767225600, "1"], [1767225600, "2"]]}]}}
        """)]
    public async Task A_range_that_failed_is_asked_again_after_a_second(int status, string text)
    {
        _source.Says(text, status);
        var readings = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => _rig.RangeAsync("burn")));
        Assert.All(readings, reading => Assert.IsType<RangeReading.Error>(reading));
        Assert.Single(_source.Asked);

        _time.Advance(PrometheusSource.AfterFailure);
        await _rig.RangeAsync("burn");
        Assert.Equal(2, _source.Asked.Count);
    }
}
