using OrleansRelease.Core.Analysis;

namespace OrleansRelease.Adapters.Tests.Metrics.Prometheus;

/// <summary>A query that gives no series: said is what of it is not there.</summary>
public sealed class WhenNothingIsThere : IAsyncLifetime
{
    private const string Bad = "sum(increase(errors{job=\"shop\",version=\"3.2.1\"}[60s]))";
    private const string Total = "sum(increase(requests{job=\"shop\",version=\"3.2.1\"}[60s]))";
    private const string All = "sum(requests{job=\"shop\"})";
    private const string Part = "sum(errors{job=\"shop\"})";
    private const string Up = "max(up{job=\"shop\"})";

    private ScriptedPrometheus _source = null!;
    private Rig _rig = null!;

    public async Task InitializeAsync()
    {
        _source = await ScriptedPrometheus.StartAsync();
        _rig = new Rig(_source.Url);
        (_source.Numbers[Total], _source.Numbers[Up]) = ("100", "1");
        _source.Labels["errors"] = ["__name__", "job", "version"];
    }

    public async Task DisposeAsync()
    {
        _rig.Dispose();
        await _source.DisposeAsync();
    }

    private Task<Reading> RatioAsync(string bad = Bad) => _rig.ReadAsync(new MetricSource.Ratio(bad, null, Total));

    [Fact]
    public async Task An_absent_bad_of_a_known_metric_beside_a_total_is_zero() =>
        Assert.Equal(new Reading.Counts(0, 100), await RatioAsync());

    /// <summary>None of these can be why there is nothing.</summary>
    [Theory]
    [InlineData("probe!=\"true\"")]
    [InlineData("probe=\"\"")]
    [InlineData("probe!~\"a|b\"")]
    [InlineData("probe=~\".*\"")]
    [InlineData("probe=~\"(?<!a)\"")]
    public async Task A_label_that_leaves_nobody_out_need_not_be_known(string matcher) => Assert.Equal(
        new Reading.Counts(0, 100), await RatioAsync($"sum(errors{{job=\"shop\",{matcher}}})"));

    [Fact]
    public async Task What_is_pushed_has_no_target_and_is_known_by_what_comes_from_there()
    {
        _source.Numbers.TryRemove(Up, out _);
        _source.Numbers["count(last_over_time({__name__=\"errors\",job=\"shop\"}[60s]))"] = "2";

        Assert.Equal(new Reading.Counts(0, 100), await RatioAsync());
    }

    [Fact]
    public async Task An_absent_good_is_no_data_as_nobody_knows_that_all_was_bad() =>
        Assert.StartsWith(
            "good: the metric errors exists, no series has job=\"shop\", version=\"3.2.1\"",
            Assert.IsType<Reading.NoData>(await _rig.ReadAsync(new MetricSource.Ratio(null, Bad, Total))).Reason,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("sum(eror{job=\"shop\"})", "bad: there is no metric eror: nothing had this name within 7 days")]
    [InlineData("sum(errors{verion=\"1\"})", "bad: the metric errors exists, none of its series has a label verion")]
    [InlineData("sum(errors{verion=~\"1|2\"})", "bad: the metric errors exists, none of its series has a label verion")]
    [InlineData("sum(errors{verion!=\"\"})", "bad: the metric errors exists, none of its series has a label verion")]
    [InlineData("sum(errors{verion!~\"|1\"})", "bad: the metric errors exists, none of its series has a label verion")]
    [InlineData("sum(errors{job=\"gone\"})", "bad: Prometheus lost the targets, up{job=\"gone\"} is 0")]
    [InlineData("sum(errors{job=\"shpo\"})",
        "bad: the metric errors exists, none of its series within 7 days has job=\"shpo\"")]
    [InlineData("sum(errors{job=\"away\"})", "bad: Prometheus has no target with job=\"away\"")]
    [InlineData("sum(errors{job=\"other\",version=\"3\"})",
        "bad: the metric errors exists, none of its series has a label version")]
    [InlineData("sum({__name__=~\"err.*\"})", "bad: the answer is empty, and the query does not name its metrics")]
    public async Task A_bad_that_may_be_absent_for_another_reason_is_no_data(string bad, string reason)
    {
        (_source.Numbers["max(up{job=\"gone\"})"], _source.Numbers["max(up{job=\"other\"})"]) = ("0", "1");
        // Others count the same by other labels.
        _source.Labels["errors{job=\"other\"}"] = ["__name__", "job", "status"];
        _source.Labels["errors{job=\"shpo\"}"] = [];

        Assert.StartsWith(
            reason, Assert.IsType<Reading.NoData>(await RatioAsync(bad)).Reason, StringComparison.Ordinal);
    }

    /// <summary>The increase of what was counted once is not known, and a part of a sum may be there alone.</summary>
    [Theory]
    [InlineData("count(last_over_time(errors{job=\"shop\",version=\"3.2.1\"}[60s]))", Bad)]
    [InlineData("count(last_over_time(requests{job=\"shop\"}[60s]))", All + " - " + Part)]
    [InlineData("count(last_over_time(errors{job=\"shop\"}[60s]))", All + " - " + Part)]
    public async Task A_bad_of_which_a_sample_is_there_is_no_data(string count, string bad)
    {
        _source.Labels["requests"] = ["__name__", "job", "version"];
        Assert.Equal(new Reading.Counts(0, 100), await RatioAsync(bad));
        using var later = new Rig(_source.Url);
        _source.Numbers[count] = "1";

        var reading = await later.ReadAsync(new MetricSource.Ratio(bad, null, Total));

        Assert.Contains(
            "fewer than two samples", Assert.IsType<Reading.NoData>(reading).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_of_which_nobody_says_whether_a_sample_is_there_is_no_data()
    {
        _source.Numbers["count(last_over_time(errors{job=\"shop\",version=\"3.2.1\"}[60s]))"] = "+Inf";

        Assert.Contains(
            "whether there are series of errors", Assert.IsType<Reading.NoData>(await RatioAsync()).Reason,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_whose_targets_could_not_be_asked_about_is_no_data()
    {
        _source.Numbers[Up] = "+Inf";

        Assert.Contains(
            "whether the targets are scraped could not be asked",
            Assert.IsType<Reading.NoData>(await RatioAsync()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_answer_beside_an_absent_one_is_an_error()
    {
        _source.Numbers[Total] = "+Inf";

        Assert.StartsWith(
            "total: ", Assert.IsType<Reading.Error>(await RatioAsync("sum(eror)")).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_total_that_is_absent_is_never_zero_of_zero()
    {
        _source.Numbers.TryRemove(Total, out _);

        Assert.StartsWith(
            "total: there is no metric requests",
            Assert.IsType<Reading.NoData>(await RatioAsync()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hair_more_than_all_is_all()
    {
        _source.Numbers[Bad] = "100.00000000000003";

        Assert.Equal(new Reading.Counts(100, 100), await RatioAsync());
    }

    [Fact]
    public async Task Series_that_ended_are_said_to_be_stale()
    {
        _source.Numbers["count(last_over_time(errors{version=\"3\"}[1h]))"] = "2";

        Assert.Equal(
            "the series of errors{version=\"3\"} are stale: there were some within 1h, and none is scraped now",
            await _rig.NoDataAsync("sum(errors{version=\"3\"})"));
    }

    [Fact]
    public async Task Series_of_which_the_query_makes_nothing_are_said_to_be_there()
    {
        _source.Numbers["count(last_over_time(errors{version=\"3\"}[60s]))"] = "1";

        Assert.Contains(
            "fewer than two samples", await _rig.NoDataAsync("sum(rate(errors{version=\"3\"}[5s]))"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_label_of_the_source_cannot_break_the_line_or_the_question()
    {
        _source.Labels["errors"] = ["version"];

        Assert.Equal(
            """the metric errors exists, no series has version="3\x0a\"\x7d" """.TrimEnd(),
            await _rig.NoDataAsync("""errors{version="3\n\"}"}"""));
        Assert.Contains("""count(last_over_time(errors{version="3\n\"}"}[60s]))""", _source.Queries);
    }
}
