using System.Collections.Immutable;
using Microsoft.Extensions.Time.Testing;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slos;
using OrleansRelease.Core.Specs;
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
    public async Task Six_hours_of_all_versions_are_asked_once_and_then_only_the_newest()
    {
        for (var look = 0; look < 20; look++) Assert.Equal(new Reading.Counts(1, 100), (await At(look)).Reading);

        Assert.Equal(
            ("total{v=~\".+\"}[5m]", new Window(0, Noon.AddHours(-6), Noon)),
            (_source.Asked[0].Text, _source.Asked[0].Window));
        Assert.Equal("bad{v=~\".+\"}[5m]", _source.Asked[1].Text);
        Assert.All(_source.Asked[4..], query => Assert.Equal(
            BurnOf.Tile * 3, query.Window.End - query.Window.Start));
        Assert.Equal(2 + (2 * 20), _source.Asked.Count);
        Assert.All(_source.Asked, query => Assert.Equal((BurnOf.Tile, true), (query.Step, query.IsPatient)));
    }

    [Fact]
    public async Task Its_windows_are_those_of_all_tiles_whenever_they_were_asked_for()
    {
        for (var look = 0; look < 15; look++) await At(look);
        var read = (await At(15)).Burn!.Value;

        Assert.Equal((100, 1200, 100 * 12 * 6, 100 * 16), (
            read[0].ShortWindow.Total, read[0].LongWindow.Total, read[1].LongWindow.Total, read[1].After!.Total));
        Assert.Equal(TimeSpan.FromHours(6), read[^1].LongWindow.Covered);
        var another = new BurnReader(new AdaptersByName([], [], [], [_source], []), _time);
        Assert.Equal(read.ToArray(), (await At(15, reader: another)).Burn!.Value.ToArray());
    }

    [Fact]
    public async Task After_days_on_another_server_what_burned_before_is_still_known()
    {
        _source.Numbers = (isBad, at) => isBad ? (at <= Noon ? 50 : 1) : 100;
        var read = (await At(12 * 24 * 10)).Burn!.Value;

        Assert.All(read, pair => Assert.True(pair.BurnedBefore));
        Assert.Equal((12 * 6, 100d * 12 * 6), (read[^1].LongWindow.Bad, read[^1].LongWindow.Total));
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
        Assert.All(read.Burn.Value, pair => Assert.Equal((false, null), (pair.BurnedBefore, pair.After)));
        Assert.Equal(4, read.Burn.Value.Length);
    }

    [Fact]
    public async Task What_the_source_takes_in_late_is_asked_again_and_replaces_what_it_said()
    {
        _source.IsThere = (_, at) => at != Noon.AddMinutes(5);
        Assert.Equal(new Reading.Counts(0, 0), (await At(0, BurnScope.Candidate)).Reading);
        _source.IsThere = (_, _) => true;
        Assert.Equal(200, (await At(1, BurnScope.Candidate)).Burn!.Value[0].LongWindow.Total);

        _source.Numbers = (isBad, _) => isBad ? 2 : 150;
        var hour = (await At(2, BurnScope.Candidate)).Burn!.Value[0].LongWindow;
        Assert.Equal((6, 450, TimeSpan.FromMinutes(15)), (hour.Bad, hour.Total, hour.Covered));
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
        Assert.Equal(new Window(0, Noon.AddMinutes(-5), Noon.AddMinutes(15)), _source.Asked[^1].Window);
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

    [Theory]
    [InlineData(true, 600, 30)]
    [InlineData(false, 300, 15)]
    public async Task Before_the_first_bad_request_there_was_none_only_where_the_source_knows_its_names(
        bool isKnown, double total, int covered)
    {
        (_source.IsKnown, _source.IsThere) = (isKnown, (isBad, at) => !isBad || at > Noon.AddMinutes(15));
        var hour = (await At(5, BurnScope.Candidate)).Burn!.Value[0].LongWindow;

        Assert.Equal((3, total, TimeSpan.FromMinutes(covered)), (hour.Bad, hour.Total, hour.Covered));
        Assert.Equal(isKnown ? 3 : 4, _source.Asked.Count);
        Assert.Equal(
            ("bad{v=\"2.0\"}[5m]", new Window(0, Noon, Noon.AddMinutes(15))),
            (_source.Asked[2].Text, _source.Asked[2].Window));
    }

    [Fact]
    public async Task Where_nobody_can_say_whether_there_was_one_before_nothing_is_lost()
    {
        (_source.IsThere, _source.OfNone) = (
            (isBad, at) => !isBad || at > Noon.AddMinutes(15), new RangeReading.Error("busy"));
        Assert.Equal(new Reading.Error("bad: busy"), (await At(5, BurnScope.Candidate)).Reading);

        _source.OfNone = null;
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(600, (await At(5, BurnScope.Candidate)).Burn!.Value[0].LongWindow.Total);
    }

    [Fact]
    public async Task A_series_that_begins_with_the_last_scrape_of_a_tile_leaves_what_is_before_it_without_bad_ones()
    {
        _source.IsThere = (isBad, at) => !isBad || at > Noon.AddMinutes(15);
        _source.IsKnownUpTo = Noon.AddMinutes(10);
        var hour = (await At(5, BurnScope.Candidate)).Burn!.Value[0].LongWindow;

        Assert.Equal((3, 500, TimeSpan.FromMinutes(25)), (hour.Bad, hour.Total, hour.Covered));
    }

    [Fact]
    public async Task Of_a_time_between_bad_requests_without_a_number_nothing_is_known()
    {
        _source.IsThere = (isBad, at) => !isBad || at != Noon.AddMinutes(15);
        var hour = (await At(5, BurnScope.Candidate)).Burn!.Value[0].LongWindow;

        Assert.Equal((5, 500, TimeSpan.FromMinutes(25)), (hour.Bad, hour.Total, hour.Covered));
        Assert.Equal(2, _source.Asked.Count);
    }

    [Fact]
    public async Task A_look_is_answered_within_seconds_and_what_comes_later_is_there_for_the_next_one()
    {
        var slow = _source.Slow = new TaskCompletionSource();
        var first = At(0, BurnScope.Candidate);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(new Reading.NoData("the source has not answered yet"), (await first).Reading);

        slow.SetResult();
        Assert.Equal(200, (await At(1, BurnScope.Candidate)).Burn!.Value[0].LongWindow.Total);
        Assert.Equal(
            [5, 5, 10, 10],
            _source.Asked.Select(query => (query.Window.End - query.Window.Start).TotalMinutes));
    }

    [Fact]
    public async Task Two_looks_at_a_time_are_made_at_a_source_and_the_others_wait_for_their_turn()
    {
        var slow = _source.Slow = new TaskCompletionSource();
        var looks = Enumerable.Range(1, 5).Select(n => At(0, rollout: $"shop.lab.{n}")).ToList();
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.All(await Task.WhenAll(looks), look => Assert.IsType<Reading.NoData>(look.Reading));
        Assert.Equal(2, _source.Asked.Count);

        slow.SetResult();
        looks = [.. Enumerable.Range(1, 5).Select(n => At(0, rollout: $"shop.lab.{n}"))];
        Assert.All(await Task.WhenAll(looks), look => Assert.Equal(new Reading.Counts(1, 100), look.Reading));
        Assert.Equal(5 * 4, _source.Asked.Count);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(26)]
    [InlineData(6)]
    [InlineData(1)]
    public void Who_comes_last_at_one_look_is_among_the_first_half_at_another(int count)
    {
        var metric = SpecOf(isGood: false).Burns[0];
        var first = Enumerable.Range(0, 10).SelectMany(look => QuestionRunner.InTurn(
            [
                .. Enumerable.Range(0, count).Select(n => new MetricQuestion(
                    $"{n}", metric, new(look, Noon + (BurnOf.Tile * look), Noon + (BurnOf.Tile * (look + 1))))),
            ]).Take((count + 1) / 2)).Select(question => question.Key);

        Assert.Equal(count, first.Distinct().Count());
    }

    private Task<Measurement> At(
        int look, BurnScope scope = BurnScope.Whole, string rollout = "shop.lab.1", bool isGood = false,
        BurnReader? reader = null)
    {
        var spec = SpecOf(isGood);
        var metric = spec.Burns.Single(one => one.Burn!.Scope == scope);
        return (reader ?? _reader).MeasureAsync(
            new Asked(RolloutId.From(rollout), spec, null, null, new Core.Rollouts.Questions([], false)),
            new MetricQuestion(
                metric.Name, metric, new(look, Noon + (BurnOf.Tile * look), Noon + (BurnOf.Tile * (look + 1)))),
            metric.Burn!, default);
    }

    private static RolloutSpec SpecOf(bool isGood)
    {
        var spec = new Harness.Rollouts(null!).Spec(SlotKey.From("shop.lab"), VersionName.From("2.0"));
        const string which = "{v=\"{{version}}\"}[{{window}}]";
        var slo = new Slo(
            "availability", 0.999m, TimeSpan.FromDays(30), "golden/errors",
            new MetricSource.Ratio(isGood ? null : $"bad{which}", isGood ? $"good{which}" : null, $"total{which}"),
            TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(5), 1);
        return spec with { Slos = [slo] };
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

        /// <summary>Whether there is a number of all requests, or of the bad ones, at a time.</summary>
        public Func<bool, DateTimeOffset, bool> IsThere { get; set; } = (_, _) => true;

        /// <summary>Of where there is none: whether the source knows the names.</summary>
        public bool IsKnown { get; set; } = true;

        /// <summary>And up to when.</summary>
        public DateTimeOffset IsKnownUpTo { get; set; } = DateTimeOffset.MaxValue;

        /// <summary>What it says instead of that it has none.</summary>
        public RangeReading? OfNone { get; set; }

        /// <summary>Waited for before each answer.</summary>
        public TaskCompletionSource? Slow { get; set; }

        public async Task<RangeReading> ReadRangeAsync(RangeQuery query, CancellationToken cancellation)
        {
            lock (Asked) Asked.Add(query);
            if (Throws) throw new InvalidOperationException("broken");
            if (Slow is { } slow) await slow.Task;
            var isTotal = query.Text.StartsWith("total", StringComparison.Ordinal);
            if ((Instead ?? (isTotal ? null : Bad)) is { } other) return other;
            ImmutableArray<MetricPoint> points =
            [
                .. Enumerable.Range(1, (int)((query.Window.End - query.Window.Start) / query.Step))
                    .Select(step => query.Window.Start + (query.Step * step))
                    .Where(at => IsThere(!isTotal, at))
                    .Select(at => new MetricPoint(at + Later, Numbers(!isTotal, at))),
            ];
            return points.IsEmpty
                ? OfNone ?? new RangeReading.NoData("no series", IsKnown && query.Window.End <= IsKnownUpTo)
                : new RangeReading.Points(points);
        }
    }
}
