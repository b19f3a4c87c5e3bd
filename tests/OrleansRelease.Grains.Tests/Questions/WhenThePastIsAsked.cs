using Microsoft.Extensions.Time.Testing;
using OrleansRelease.Core.Analysis.Seasonal;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Grains.Effects;
using OrleansRelease.Grains.Questions;
using OrleansRelease.Ports.Metrics;
using AdaptersByName = OrleansRelease.Grains.Effects.Adapters;

namespace OrleansRelease.Grains.Tests.Questions;

/// <summary>A metric of windows of a minute that is held against fourteen days.</summary>
public sealed class WhenThePastIsAsked : IDisposable
{
    private static readonly DateTimeOffset Began = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Began);
    private readonly Source _source = new();
    private readonly Pasts _pasts;

    public WhenThePastIsAsked() => _pasts = new(
        new AdaptersByName([], [], [], [_source], []), new Asking(new Bulkheads(new RunnerOptions()), _time), _time);

    public void Dispose() => _pasts.Dispose();

    [Fact]
    public async Task It_is_asked_once_for_all_windows_of_a_rollout()
    {
        for (var window = 0; window < 90; window++)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal(new Past.Usual(5, 0, 14, 56, 5, 5), await AtAsync(window));
        }

        var asked = Assert.Single(_source.Asked);
        Assert.Equal(("p99", Began, TimeSpan.FromMinutes(15)), (asked.Text, asked.Window.End, asked.Step));
        Assert.Equal(Began.AddDays(-14).AddHours(-3), asked.Window.Start);
    }

    [Fact]
    public async Task Another_rollout_or_metric_asks_for_itself()
    {
        await AtAsync(0);
        await AtAsync(0, rollout: "shop.lab.2");
        await AtAsync(0, key: "3:signals/p99");

        Assert.Equal(3, _source.Asked.Count);
    }

    [Fact]
    public async Task A_failure_is_asked_again_after_a_minute_and_not_before()
    {
        _source.Answer = _ => Task.FromResult<RangeReading>(new RangeReading.Error("down"));
        Assert.Equal(new Past.Error("down"), await AtAsync(0));
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(new Past.Error("down"), await AtAsync(1));
        Assert.Single(_source.Asked);

        _source.Answer = Source.Fives;
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.IsType<Past.Usual>(await AtAsync(2));
    }

    [Fact]
    public async Task Nobody_waits_longer_than_for_the_metric_itself_and_what_comes_later_is_used()
    {
        var slow = new TaskCompletionSource<RangeReading>();
        _source.Answer = _ => slow.Task;
        var first = AtAsync(0);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(new Past.Error("the source has not answered yet"), await first);

        slow.SetResult(await Source.Fives(_source.Asked[0]));
        Assert.IsType<Past.Usual>(await AtAsync(1));
        Assert.Single(_source.Asked);
    }

    [Fact]
    public async Task A_source_that_throws_or_has_nothing_is_no_past()
    {
        _source.Answer = _ => throw new InvalidOperationException("broken");
        Assert.Equal(new Past.Error("broken"), await AtAsync(0));
        _source.Answer = _ => Task.FromResult<RangeReading>(new RangeReading.NoData("no such metric"));
        Assert.Equal(new Past.NoData("no such metric"), await AtAsync(0, rollout: "shop.lab.2"));
    }

    [Fact]
    public async Task A_source_that_has_no_ranges_says_so()
    {
        using var pasts = new Pasts(
            new AdaptersByName([], [], [], [], []), new Asking(new Bulkheads(new RunnerOptions()), _time), _time);

        Assert.Equal(
            new Past.Error("the metrics adapter 'memory' cannot be asked for the past"),
            await AtAsync(0, pasts: pasts));
    }

    [Fact]
    public async Task What_is_not_held_against_it_asks_nothing()
    {
        Assert.Null(await AtAsync(0, history: false));
        Assert.Empty(_source.Asked);
    }

    private Task<Past?> AtAsync(
        int window, string rollout = "shop.lab.1", string key = "signals/p99", bool history = true, Pasts? pasts = null)
    {
        var spec = new Harness.Rollouts(null!).Spec(SlotKey.From("shop.lab"), VersionName.From("2.0"));
        var metric = spec.Background[0];
        metric = metric with
        {
            Limits = metric.Limits with { Interval = TimeSpan.FromMinutes(1) },
            History = history ? new(14, 0.3, BadChange.Increase, "p99") : null,
        };
        return (pasts ?? _pasts).AtAsync(
            new Asked(RolloutId.From(rollout), spec, null, null, new Core.Rollouts.Questions([], false)),
            new MetricQuestion(key, metric, new(window, Began.AddMinutes(window), Began.AddMinutes(window + 1))),
            default);
    }

    private sealed class Source : IMetricRanges
    {
        public string Name => "memory";

        public List<RangeQuery> Asked { get; } = [];

        public Func<RangeQuery, Task<RangeReading>> Answer { get; set; } = Fives;

        public Task<RangeReading> ReadRangeAsync(RangeQuery query, CancellationToken cancellation)
        {
            Asked.Add(query);
            return Answer(query);
        }

        public static Task<RangeReading> Fives(RangeQuery query) => Task.FromResult<RangeReading>(
            new RangeReading.Points(
            [
                .. Enumerable.Range(1, (int)((query.Window.End - query.Window.Start) / query.Step))
                    .Select(step => new MetricPoint(query.Window.Start + (query.Step * step), 5)),
            ]));
    }
}
