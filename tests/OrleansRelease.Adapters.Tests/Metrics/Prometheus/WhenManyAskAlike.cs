using Microsoft.Extensions.Time.Testing;
using OrleansRelease.Adapters.Metrics.Prometheus;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Ports.Metrics;

namespace OrleansRelease.Adapters.Tests.Metrics.Prometheus;

public sealed class WhenManyAskAlike : IAsyncLifetime
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
    public async Task Ten_thousand_rollouts_ask_each_query_once_in_an_interval()
    {
        (_source.Numbers["errors"], _source.Numbers["requests"]) = ("3", "700");
        var ratio = new MetricSource.Ratio("errors", null, "requests");

        for (var interval = 1; interval <= 2; interval++)
        {
            // Their windows end all over the interval.
            var begin = Rig.Start + (ScrapeInterval * (interval - 1));
            var readings = await Task.WhenAll(Enumerable.Range(1, 10_000).Select(i => Task.Run(
                () => _rig.ReadAsync(ratio, Rig.WindowAt(begin + (ScrapeInterval * i / 10_000))))));

            Assert.All(readings, reading => Assert.Equal(new Reading.Counts(3, 700), reading));
            Assert.Equal(2 * interval, _source.Queries.Count);
        }
    }

    [Fact]
    public async Task Ten_thousand_versions_without_series_ask_once_what_is_known_of_their_metric()
    {
        _source.Labels["requests"] = ["__name__", "version"];

        var readings = await Task.WhenAll(Enumerable.Range(0, 10_000).Select(i => Task.Run(
            () => _rig.QueryAsync($"sum(requests{{version=\"{i % 3}\"}})"))));

        Assert.All(readings, reading => Assert.Contains(
            "the metric requests exists, no series has version=",
            Assert.IsType<Reading.NoData>(reading).Reason, StringComparison.Ordinal));
        // Three versions: each the query, and two that look for why it gives nothing.
        Assert.Equal((3 * 3) + 1, _source.Queries.Count);
        Assert.Equal(_source.Queries.Count, _source.Queries.Distinct().Count());
    }

    [Fact]
    public async Task An_answer_is_good_for_an_interval_and_then_asked_anew()
    {
        _source.Numbers["up"] = "1";
        Assert.Equal(new Reading.Value(1), await _rig.QueryAsync("up"));
        _source.Numbers["up"] = "0";

        _time.Advance(ScrapeInterval - TimeSpan.FromMilliseconds(1));
        Assert.Equal(new Reading.Value(1), await _rig.QueryAsync("up"));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(new Reading.Value(0), await _rig.QueryAsync("up"));
    }

    [Fact]
    public async Task Who_is_down_is_asked_once_a_second_and_no_failure_outlives_that()
    {
        _source.Says("down", status: 502);
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => _rig.ErrorAsync("up")));
        Assert.Single(_source.Tokens);

        _time.Advance(PrometheusSource.AfterFailure);
        await _rig.ErrorAsync("up");
        Assert.Equal(2, _source.Tokens.Count);
    }

    [Fact]
    public async Task Not_more_than_the_connection_allows_are_on_their_way()
    {
        var (now, most) = (0, 0);
        _source.Before = async _ =>
        {
            var here = Interlocked.Increment(ref now);
            InterlockedMax(ref most, here);
            await Task.Yield();
            Interlocked.Decrement(ref now);
        };

        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => Task.Run(() => _rig.QueryAsync($"{i} + time()"))));

        Assert.InRange(most, 1, 8);
    }

    [Fact]
    public async Task Who_waits_for_a_place_longer_than_the_limit_is_told_so()
    {
        using var rig = new Rig(_source.Url, _time, maxConcurrent: 1);
        var (first, end) = await TakesThePlaceAsync(rig);
        var second = rig.QueryAsync("2", timeout: TimeSpan.FromMinutes(5));

        _time.Advance(Gate.LongestWait);

        Assert.Equal(
            "none of 1 places there (maxConcurrent) was free within 30 s: the source is too slow for what it is asked",
            Assert.IsType<Reading.Error>(await second).Reason);
        end.SetResult();
        await first;
    }

    [Fact]
    public async Task That_there_was_no_place_is_no_answer_for_who_comes_later()
    {
        using var rig = new Rig(_source.Url, _time, maxConcurrent: 1);
        var (first, end) = await TakesThePlaceAsync(rig);
        var second = rig.QueryAsync("2", timeout: TimeSpan.FromMinutes(5));
        _time.Advance(Gate.LongestWait);
        Assert.IsType<Reading.Error>(await second);

        end.SetResult();
        await first;
        Assert.IsType<Reading.NoData>(await rig.QueryAsync("2"));
    }

    [Fact]
    public async Task Who_finds_the_queue_full_is_told_so_at_once()
    {
        using var rig = new Rig(_source.Url, _time, maxConcurrent: 1);
        var end = new TaskCompletionSource();
        _source.Before = _ => end.Task;
        var all = Enumerable.Range(0, Gate.MostWaiting + 1)
            .Select(i => rig.QueryAsync($"{i}", timeout: TimeSpan.FromMinutes(5))).ToList();

        var one = await rig.QueryAsync("one too many", timeout: TimeSpan.FromMinutes(5));

        Assert.StartsWith(
            "4096 queries wait for one of 1 places there already", Assert.IsType<Reading.Error>(one).Reason,
            StringComparison.Ordinal);
        Assert.DoesNotContain(all, task => task.IsCompleted);
        end.SetResult();
        Assert.All(await Task.WhenAll(all), reading => Assert.IsType<Reading.NoData>(reading));
    }

    [Fact]
    public async Task Who_gives_up_while_others_wait_before_it_says_how_many()
    {
        using var rig = new Rig(_source.Url, _time, maxConcurrent: 1);
        var (first, end) = await TakesThePlaceAsync(rig);
        var patient = rig.QueryAsync("2", timeout: TimeSpan.FromMinutes(5));
        var hasty = rig.QueryAsync("2", timeout: TimeSpan.FromSeconds(5));

        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(
            new Reading.Error("no answer within 5s: 1 queries wait for one of 1 places there (maxConcurrent)"),
            await hasty);
        Assert.False(patient.IsCompleted);
        end.SetResult();
        Assert.IsType<Reading.NoData>(await patient);
        await first;
    }

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(24)]
    public async Task Metrics_are_answered_while_ranges_that_nothing_waits_for_hang(int places)
    {
        using var rig = new Rig(_source.Url, _time, maxConcurrent: places);
        var (hanging, end) = (0, new TaskCompletionSource());
        _source.Before = async context =>
        {
            if (!context.Request.Path.Value!.EndsWith("query_range", StringComparison.Ordinal)) return;
            Interlocked.Increment(ref hanging);
            await end.Task;
        };
        var ranges = Enumerable.Range(0, 30).Select(i => rig.PatientAsync($"{i}")).ToList();
        await Eventually.IsAsync("a quarter of the places is taken", () => Volatile.Read(ref hanging) == places / 4);

        var readings = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => rig.QueryAsync($"{i} + time()")));
        Assert.All(readings, reading => Assert.IsType<Reading.NoData>(reading));
        Assert.Equal(places / 4, hanging);

        end.SetResult();
        Assert.All(await Task.WhenAll(ranges), reading => Assert.IsType<RangeReading.Points>(reading));
    }

    [Fact]
    public async Task With_few_places_what_nothing_waits_for_comes_when_nobody_else_is_there()
    {
        using var rig = new Rig(_source.Url, _time, maxConcurrent: 3);
        var (first, end) = await TakesThePlaceAsync(rig);
        var patient = rig.PatientAsync("burn");
        var others = Enumerable.Range(2, 5).Select(i => rig.QueryAsync($"{i}", timeout: TimeSpan.FromMinutes(5)));
        var waiting = Task.WhenAll(others.ToList());

        end.SetResult();
        await Task.WhenAll(first, patient, waiting);
        Assert.Equal(7, _source.Queries.Count);
        Assert.Equal("burn", _source.Queries.Last());
    }

    [Fact]
    public async Task What_nothing_waits_for_goes_with_the_others_once_one_of_them_asks_the_same()
    {
        using var rig = new Rig(_source.Url, _time, maxConcurrent: 1);
        var (first, end) = await TakesThePlaceAsync(rig);
        Task[] waiting =
        [
            rig.PatientAsync("last"), rig.PatientAsync("burn"),
            rig.QueryAsync("2", timeout: TimeSpan.FromMinutes(5)), rig.RangeAsync("burn"),
            rig.QueryAsync("3", timeout: TimeSpan.FromMinutes(5)),
        ];

        end.SetResult();
        await Task.WhenAll([first, .. waiting]);

        Assert.Equal(["1", "2", "burn", "3", "last"], _source.Queries);
    }

    [Fact]
    public async Task Who_asks_what_a_patient_one_has_waited_for_may_still_wait_as_long_as_any()
    {
        using var rig = new Rig(_source.Url, _time, maxConcurrent: 1);
        var (first, end) = await TakesThePlaceAsync(rig);
        var patient = rig.PatientAsync("burn");
        _time.Advance(Gate.LongestWait - TimeSpan.FromSeconds(1));
        var other = rig.RangeAsync("burn");

        _time.Advance(Gate.LongestWait - TimeSpan.FromSeconds(1));
        end.SetResult();

        Assert.IsType<RangeReading.Points>(await other);
        Assert.IsType<RangeReading.Points>(await patient);
        await first;
    }

    [Fact]
    public async Task Who_asks_what_a_patient_one_gives_up_at_that_moment_asks_by_itself()
    {
        using var rig = new Rig(_source.Url, _time, maxConcurrent: 1);
        var (first, end) = await TakesThePlaceAsync(rig);
        var patient = rig.PatientAsync("burn");
        _time.Advance(Gate.LongestWait);
        var other = rig.RangeAsync("burn");

        Assert.StartsWith(
            "none of 1 places there (maxConcurrent) was free within 30 s",
            Assert.IsType<RangeReading.Error>(await patient).Reason, StringComparison.Ordinal);
        end.SetResult();
        Assert.IsType<RangeReading.Points>(await other);
        await first;
    }

    [Fact]
    public async Task Why_a_range_that_nothing_waits_for_is_empty_is_looked_up_one_after_the_other()
    {
        using var rig = new Rig(_source.Url, _time, maxConcurrent: 24);
        (_source.HasNoRanges, _source.Labels["a"], _source.Labels["b"]) = (true, ["__name__"], ["__name__"]);
        var (now, most) = (0, 0);
        _source.Before = async _ =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref now));
            await Task.Yield();
            Interlocked.Decrement(ref now);
        };

        var reading = Assert.IsType<RangeReading.NoData>(await rig.PatientAsync("sum(a) / sum(b)"));

        Assert.True(reading.IsKnown);
        Assert.Equal((1, 6), (most, _source.Queries.Count));
    }

    [Fact]
    public async Task One_that_gives_up_ends_nothing_for_the_others_and_the_last_one_ends_the_call()
    {
        var (arrived, aborted) = (new TaskCompletionSource(), new TaskCompletionSource());
        _source.Before = context =>
        {
            context.RequestAborted.Register(aborted.SetResult);
            arrived.SetResult();
            return aborted.Task;
        };
        using var stopping = new CancellationTokenSource();
        var last = _rig.ReadAsync(new MetricSource.Query("up"), cancellation: stopping.Token);
        await arrived.Task;
        var hasty = _rig.QueryAsync("up", timeout: TimeSpan.FromSeconds(5));

        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.IsType<Reading.Error>(await hasty);
        Assert.False(aborted.Task.IsCompleted);

        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => last);
        await aborted.Task;
        Assert.Single(_source.Queries);
    }

    // One query is on its way, and ends when it is told to.
    private async Task<(Task<Reading> First, TaskCompletionSource End)> TakesThePlaceAsync(Rig rig)
    {
        var (arrived, end) = (new TaskCompletionSource(), new TaskCompletionSource());
        _source.Before = _ =>
        {
            arrived.TrySetResult();
            return end.Task;
        };
        var first = rig.QueryAsync("1", timeout: TimeSpan.FromMinutes(5));
        await arrived.Task;
        return (first, end);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        int seen;
        do seen = most;
        while (value > seen && Interlocked.CompareExchange(ref most, value, seen) != seen);
    }
}
