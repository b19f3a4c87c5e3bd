using System.Collections.Immutable;
using Microsoft.Extensions.Time.Testing;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slos;
using OrleansRelease.Grains.Questions;
using OrleansRelease.Ports.Metrics;
using AdaptersByName = OrleansRelease.Grains.Effects.Adapters;

namespace OrleansRelease.Grains.Tests.Questions;

/// <summary>An objective of 99.9 % over 30 days; the candidate got its first request at noon.</summary>
public sealed class WhenABurnIsRead
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Noon);
    private readonly Source _source = new();
    private readonly BurnReader _reader;

    public WhenABurnIsRead() => _reader = new(new AdaptersByName([], [], [], [_source], []), _time);

    [Fact]
    public async Task Three_days_of_all_versions_are_asked_once_and_then_only_what_is_new()
    {
        for (var look = 0; look < 20; look++) Assert.Equal(new Reading.Counts(1, 100), (await At(look)).Reading);

        Assert.Equal(
            ("total{v=~\".+\"}[5m]", new Window(0, Noon.AddDays(-3), Noon)),
            (_source.Asked[0].Text, _source.Asked[0].Window));
        Assert.Equal("bad{v=~\".+\"}[5m]", _source.Asked[1].Text);
        Assert.All(_source.Asked[2..], query => Assert.Equal(
            BurnOf.Tile, query.Window.End - query.Window.Start));
        Assert.Equal(2 + (2 * 20), _source.Asked.Count);
        Assert.All(_source.Asked, query => Assert.Equal(BurnOf.Tile, query.Step));
    }

    [Fact]
    public async Task Its_windows_are_those_of_all_tiles_whenever_they_were_asked_for()
    {
        for (var look = 0; look < 15; look++) await At(look);
        var read = (await At(15)).Burn!.Value;

        Assert.Equal((100, 1200, 100 * 12 * 6, 100 * 12 * 24 * 3), (
            read[0].ShortWindow.Total, read[0].LongWindow.Total, read[1].LongWindow.Total, read[3].LongWindow.Total));
        Assert.Equal(TimeSpan.FromDays(3), read[3].LongWindow.Covered);
        var another = new BurnReader(new AdaptersByName([], [], [], [_source], []), _time);
        Assert.Equal(read.ToArray(), (await At(15, reader: another)).Burn!.Value.ToArray());
    }

    [Fact]
    public async Task After_days_on_another_server_what_burned_before_is_still_known()
    {
        _source.Numbers = (isBad, at) => isBad ? (at <= Noon ? 50 : 1) : 100;
        var read = (await At(12 * 24 * 10)).Burn!.Value;

        Assert.All(read, pair => Assert.True(pair.BurnedBefore));
        Assert.Equal((12 * 24 * 3, 100d * 12 * 24 * 3), (read[3].LongWindow.Bad, read[3].LongWindow.Total));
        Assert.Equal(4, _source.Asked.Count);
    }

    [Fact]
    public async Task Of_the_candidate_only_its_own_time_is_asked_with_its_version()
    {
        var read = await At(2, BurnScope.Candidate);

        Assert.Equal(
            ("total{v=\"2.0\"}[5m]", new Window(0, Noon, Noon.AddMinutes(15))),
            (_source.Asked[0].Text, _source.Asked[0].Window));
        Assert.Equal(300, read.Burn!.Value[0].LongWindow.Total);
        Assert.All(read.Burn.Value, pair => Assert.False(pair.BurnedBefore));
    }

    [Fact]
    public async Task A_failure_is_asked_again_after_a_minute_and_nothing_is_missing_then()
    {
        await At(0);
        var before = _source.Asked.Count;
        _source.Instead = new RangeReading.Error("down");
        Assert.Equal(new Reading.Error("total: down"), (await At(1)).Reading);
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(new Reading.Error("total: down"), (await At(1)).Reading);
        Assert.Equal(before + 1, _source.Asked.Count);

        _source.Instead = null;
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1200, (await At(2)).Burn!.Value[0].LongWindow.Total);
        Assert.Equal(new Window(0, Noon.AddMinutes(5), Noon.AddMinutes(15)), _source.Asked[^1].Window);
    }

    [Fact]
    public async Task What_the_source_knows_nothing_bad_of_is_none_and_what_it_does_not_know_is_no_number()
    {
        _source.Bad = new RangeReading.NoData("no series", IsKnown: true);
        Assert.Equal(new Reading.Counts(0, 100), (await At(0)).Reading);
        _source.Bad = new RangeReading.NoData("no such metric");
        Assert.Equal(new Reading.NoData("bad: no such metric"), (await At(0, rollout: "shop.lab.2")).Reading);
    }

    [Fact]
    public async Task No_request_is_no_tile_and_an_outage_of_which_nobody_counts_the_good_ones_is_no_number()
    {
        _source.Instead = new RangeReading.NoData("no series", IsKnown: true);
        var read = await At(0);
        Assert.Equal(new Reading.Counts(0, 0), read.Reading);
        Assert.All(read.Burn!.Value, pair => Assert.Equal(TimeSpan.Zero, pair.LongWindow.Covered));

        (_source.Instead, _source.Bad) = (null, new RangeReading.NoData("no series", IsKnown: true));
        Assert.Equal(
            new Reading.NoData("good: no series"), (await At(0, rollout: "shop.lab.2", isGood: true)).Reading);
    }

    [Fact]
    public async Task What_is_no_number_is_no_tile()
    {
        _source.Numbers = (isBad, at) => isBad && at > Noon ? double.NaN : 100;
        Assert.Equal(new Reading.Counts(0, 0), (await At(0)).Reading);
    }

    [Fact]
    public async Task A_moment_after_the_end_of_a_tile_is_that_tile()
    {
        _source.Later = TimeSpan.FromSeconds(14);
        Assert.Equal(new Reading.Counts(1, 100), (await At(3)).Reading);
        Assert.Equal(1200, (await At(3)).Burn!.Value[0].LongWindow.Total);
    }

    [Fact]
    public async Task A_source_without_ranges_says_so_and_one_that_throws_is_an_error()
    {
        var none = new BurnReader(new AdaptersByName([], [], [], [], []), _time);
        Assert.Equal(
            new Reading.NoData("the metrics adapter 'memory' cannot be asked for a stretch of time"),
            (await At(0, reader: none)).Reading);
        _source.Throws = true;
        Assert.Equal(new Reading.Error("total: broken"), (await At(0)).Reading);
    }

    [Fact]
    public async Task Two_questions_at_a_time_are_asked_of_a_source_and_the_others_wait_for_a_minute()
    {
        _source.Never = new TaskCompletionSource<RangeReading>();
        var asked = Enumerable.Range(1, 5).Select(n => At(0, rollout: $"shop.lab.{n}")).ToList();
        await Eventually.IsAsync("two are asked", () => _source.Asked.Count == 2);

        _time.Advance(TimeSpan.FromMinutes(2));
        _time.Advance(TimeSpan.FromMinutes(2));
        _source.Never.SetResult(new RangeReading.Error("late"));
        Assert.All(await Task.WhenAll(asked), read => Assert.IsType<Reading.Error>(read.Reading));
    }

    private Task<Measurement> At(
        int look, BurnScope scope = BurnScope.Whole, string rollout = "shop.lab.1", bool isGood = false,
        BurnReader? reader = null)
    {
        var spec = new Harness.Rollouts(null!).Spec(SlotKey.From("shop.lab"), VersionName.From("2.0"));
        const string which = "{v=\"{{version}}\"}[{{window}}]";
        var slo = new Slo(
            "availability", 0.999m, TimeSpan.FromDays(30), "golden/errors",
            new MetricSource.Ratio(isGood ? null : $"bad{which}", isGood ? $"good{which}" : null, $"total{which}"),
            TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(5), 1);
        spec = spec with { Slos = [slo] };
        var metric = spec.Burns.Single(one => one.Burn!.Scope == scope);
        return (reader ?? _reader).MeasureAsync(
            new Asked(RolloutId.From(rollout), spec, null, null, new Core.Rollouts.Questions([], false)),
            new MetricQuestion(
                metric.Name, metric, new(look, Noon + (BurnOf.Tile * look), Noon + (BurnOf.Tile * (look + 1)))),
            metric.Burn!, default);
    }

    /// <summary>One of a hundred requests is bad in each tile.</summary>
    private sealed class Source : IMetricRanges
    {
        public string Name => "memory";

        public List<RangeQuery> Asked { get; } = [];

        public Func<bool, DateTimeOffset, double> Numbers { get; set; } = (isBad, _) => isBad ? 1 : 100;

        public RangeReading? Instead { get; set; }

        public RangeReading? Bad { get; set; }

        public TimeSpan Later { get; set; }

        public bool Throws { get; set; }

        public TaskCompletionSource<RangeReading>? Never { get; set; }

        public Task<RangeReading> ReadRangeAsync(RangeQuery query, CancellationToken cancellation)
        {
            Asked.Add(query);
            if (Throws) throw new InvalidOperationException("broken");
            if (Never is { } never) return never.Task;
            var isTotal = query.Text.StartsWith("total", StringComparison.Ordinal);
            if ((Instead ?? (isTotal ? null : Bad)) is { } other) return Task.FromResult(other);
            ImmutableArray<MetricPoint> points =
            [
                .. Enumerable.Range(1, (int)((query.Window.End - query.Window.Start) / query.Step))
                    .Select(step => query.Window.Start + (query.Step * step))
                    .Select(at => new MetricPoint(at + Later, Numbers(!isTotal, at))),
            ];
            return Task.FromResult<RangeReading>(new RangeReading.Points(points));
        }
    }
}
