using System.Globalization;
using System.Text.Json;
using CsCheck;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.PromQl;
using OrleansRelease.Ports.Metrics;

namespace OrleansRelease.Adapters.Tests.Metrics.Prometheus;

public sealed class WhenARealPrometheusIsAsked(RealPrometheus real) : IClassFixture<RealPrometheus>
{
    private const string OfVersionOne = "requests_total{job=\"shop\",version=\"1\"";

    private static string Increase(string selector) => $"sum(increase({selector}}}[{{{{window}}}}]))";

    private static string Filled(string query, string version) =>
        QueryTemplate.Fill(query, name => name == "version" ? version : null).Query!;

    private async Task<string> NoDataAsync(string query) =>
        Assert.IsType<Reading.NoData>(await real.QueryAsync(query)).Reason;

    private async Task<string> ErrorAsync(string query) =>
        Assert.IsType<Reading.Error>(await real.QueryAsync(query)).Reason;

    [Fact]
    public async Task It_gives_the_counts_of_a_window()
    {
        var reading = await real.ReadAsync(new MetricSource.Ratio(
            Increase($"{OfVersionOne},code=~\"5..\""), null, Increase(OfVersionOne)));

        // Ten more with each of six scrapes, of which one was bad; a late scrape is a few more or less.
        var (bad, total) = Assert.IsType<Reading.Counts>(reading);
        Assert.InRange(total, 30, 90);
        Assert.Equal(0.1, bad / total, 6);
    }

    [Fact]
    public async Task A_version_whose_requests_were_all_good_has_none_that_were_bad()
    {
        var reading = await real.ReadAsync(new MetricSource.Ratio(
            Increase("requests_total{version=\"2\",code=~\"5..\""), null, Increase("requests_total{version=\"2\"")));

        Assert.Equal(0, Assert.IsType<Reading.Counts>(reading).Bad);
    }

    [Fact]
    public async Task It_gives_one_number() =>
        Assert.Equal(new Reading.Value(21.5), await real.QueryAsync("temperature{version=\"2\"}"));

    [Fact]
    public async Task It_gives_the_numbers_of_a_range()
    {
        var reading = await real.Rig.Metrics.ReadRangeAsync(
            new RangeQuery(
                real.Rig.Connection, "temperature{version=\"2\"}", RealPrometheus.WindowNow(), TimeSpan.FromSeconds(2),
                TimeSpan.FromSeconds(30)),
            CancellationToken.None);

        var points = Assert.IsType<RangeReading.Points>(reading).All;
        Assert.Equal(3, points.Length);
        Assert.All(points, point => Assert.Equal(21.5, point.Number));
        Assert.Equal(TimeSpan.FromSeconds(4), points[^1].At - points[0].At);
    }

    [Fact]
    public async Task A_range_of_nothing_is_no_data() => Assert.IsType<RangeReading.NoData>(
        await real.Rig.Metrics.ReadRangeAsync(
            new RangeQuery(
                real.Rig.Connection, "temperatur", RealPrometheus.WindowNow(), TimeSpan.FromSeconds(2),
                TimeSpan.FromSeconds(30)),
            CancellationToken.None));

    [Fact]
    public async Task A_metric_that_nobody_has_is_not_there() => Assert.StartsWith(
        "there is no metric request_total: nothing had this name within 7 days",
        await NoDataAsync(Increase("request_total{version=\"1\"")), StringComparison.Ordinal);

    [Fact]
    public async Task A_version_without_series_has_none() => Assert.Equal(
        "the metric requests_total exists, no series has job=\"shop\", version=\"3.2.1\"",
        await NoDataAsync(Increase("requests_total{job=\"shop\",version=\"3.2.1\"")));

    [Fact]
    public async Task A_label_that_no_series_has_is_named() => Assert.Equal(
        "the metric requests_total exists, none of its series has a label verion",
        await NoDataAsync(Increase("requests_total{verion=\"1\"")));

    [Fact]
    public async Task Not_a_number_is_no_data() =>
        Assert.Contains("NaN", await NoDataAsync("temperature{version=\"1\"}"), StringComparison.Ordinal);

    [Fact]
    public async Task Several_series_are_an_error_that_says_by_what_they_differ() => Assert.Contains(
        "gives 3 series where one number is wanted, different in code, version", await ErrorAsync("requests_total"),
        StringComparison.Ordinal);

    [Fact]
    public async Task A_query_that_is_none_is_an_error_in_its_own_words() => Assert.StartsWith(
        "Prometheus says bad_data (400): ", await ErrorAsync("sum(requests_total"), StringComparison.Ordinal);

    [Fact]
    public async Task A_range_of_samples_is_an_error() => Assert.Contains(
        "a range of samples", await ErrorAsync("temperature{version=\"2\"}[5s]"), StringComparison.Ordinal);

    [Theory]
    [InlineData("odd{version=\"{{version}}\"}")]
    [InlineData("odd{version='{{version}}'}")]
    [InlineData("odd{version=~\"{{version}}\"}")]
    [InlineData("odd{version=~`{{version}}|none`}")]
    [InlineData(
        "scalar(count(odd)) - scalar(count(odd{version!~'{{version}}'})) - 1 + odd{version='{{version}}'}")]
    public async Task A_hostile_version_finds_its_own_series_and_no_other(string query)
    {
        for (var i = 0; i < RealPrometheus.Hostile.Length; i++)
        {
            Assert.Equal(
                new Reading.Value(i + 1), await real.QueryAsync(Filled(query, RealPrometheus.Hostile[i])));
        }
    }

    [Fact]
    public async Task Every_value_arrives_as_it_is_by_Prometheus_own_reading()
    {
        using var http = new HttpClient();
        var random = Gen.Char.Where(c => !char.IsSurrogate(c)).Array[0, 12].Select(chars => new string(chars));
        string[] scraps = ["\"", "'", "\\", "`", "{", "}", "$", "\n", "(", "[", "^", "é", "\\x", "0"];
        var nasty = Gen.Int[0, scraps.Length - 1].Select(i => scraps[i]).Array[0, 8].Select(string.Concat);
        var values = Gen.Select(random, nasty, (some, worse) => some + worse).Array[150]
            .Single(_ => true, "0000KFkTfkT0");
        foreach (var value in values)
        {
            foreach (var query in new[] { "\"<{{version}}>\"", "'<{{version}}>'" })
                Assert.Equal($"<{value}>", (await DataAsync(http, Filled(query, value)))[1].GetString());
            var replaced = await DataAsync(http, Filled(
                "label_replace(label_replace(vector(1), 'v', \"{{version}}\", '', ''), 'same', '-$1-', 'v', "
                + "\"({{version}})\")",
                value));
            Assert.Equal(
                $"-{value}-", replaced[0].GetProperty("metric").GetProperty("same").GetString());
        }
    }

    private async Task<JsonElement> DataAsync(HttpClient http, string query)
    {
        using var form = new FormUrlEncodedContent([new("query", query)]);
        using var answer = await http.PostAsync(new Uri(real.Server.Url, "/api/v1/query"), form);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, string.Create(CultureInfo.InvariantCulture, $"{query}: {text}"));
        using var json = JsonDocument.Parse(text);
        return json.RootElement.GetProperty("data").GetProperty("result").Clone();
    }
}
