using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Analysis.Sequential;

namespace OrleansRelease.Adapters.Tests.Metrics.Prometheus;

public sealed class WhenBucketsAreAsked : IAsyncLifetime
{
    private const string Now = "1767225600";

    private static readonly MetricSource Latencies =
        new MetricSource.Histogram("sum by (le) (increase(b[{{window}}]))");

    private readonly ConcurrentQueue<string> _asked = [];
    private ScriptedPrometheus _source = null!;
    private Rig _rig = null!;

    public async Task InitializeAsync()
    {
        _source = await ScriptedPrometheus.StartAsync();
        _rig = new Rig(_source.Url);
    }

    public async Task DisposeAsync()
    {
        _rig.Dispose();
        await _source.DisposeAsync();
    }

    [Fact]
    public async Task They_are_read_from_low_to_high_whatever_their_order_and_spelling()
    {
        Gives(Bucket("+Inf", "100"), Bucket("0.5", "99.5"), Bucket("1e-1", "20"), Bucket("0.10", "30"));

        var latencies = Assert.IsType<Reading.Buckets>(await _rig.ReadAsync(Latencies)).Latencies;

        Assert.Equal(
            [new Bucket(0.1, 50), new Bucket(0.5, 99.5), new Bucket(double.PositiveInfinity, 100)],
            latencies.Buckets.AsEnumerable());
        Assert.Equal(["sum by (le) (increase(b[60s]))"], _asked);
    }

    [Fact]
    public async Task Many_rollouts_that_ask_alike_ask_once()
    {
        Gives(Bucket("+Inf", "100"));

        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => _rig.ReadAsync(Latencies)));

        Assert.Single(_asked);
    }

    [Fact]
    public async Task Without_any_series_there_is_no_data_and_why()
    {
        _source.Labels["b"] = ["le"];

        Assert.StartsWith(
            "the metric b exists", Assert.IsType<Reading.NoData>(await _rig.ReadAsync(Latencies)).Reason,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"metric": {"le": "0.1"}, "value": [1767225600, "1"]}""", "no bucket has le=\"+Inf\"")]
    [InlineData("""{"metric": {}, "value": [1767225600, "1"]}""", "no label le")]
    [InlineData("""{"metric": {"le": "fast"}, "value": [1767225600, "1"]}""", "no label le")]
    [InlineData("""{"metric": {"le": "NaN"}, "value": [1767225600, "1"]}""", "no label le")]
    [InlineData("""{"metric": {"le": 1}, "value": [1767225600, "1"]}""", "no label le")]
    [InlineData("""{"metric": {"le": "+Inf"}, "value": [1767225600, "NaN"]}""", "le=\"+Inf\" has no number")]
    [InlineData("""{"metric": {"le": "+Inf"}, "value": [1767225600, "+Inf"]}""", "le=\"+Inf\" has no number")]
    [InlineData("""{"metric": {"le": "+Inf"}, "value": [1767225000, "1"]}""", "+Inf\" has no number for that time")]
    [InlineData("""{"metric": {"le": "+Inf"}, "histogram": [1767225600, {}]}""", "a native histogram")]
    [InlineData("""{"metric": {"le": "+Inf"}}""", "no buckets in Prometheus' JSON")]
    [InlineData("7", "no buckets in Prometheus' JSON")]
    [InlineData(
        """
        {"metric": {"le": "+Inf", "pod": "a"}, "value": [1767225600, "1"]},
        {"metric": {"le": "+Inf", "pod": "b"}, "value": [1767225600, "1"]}
        """, "several series have le=\"+Inf\": put sum by (le)")]
    public async Task What_are_none_is_an_error_that_says_what_would_be(string series, string reason)
    {
        Gives(series);

        Assert.Contains(
            reason, Assert.IsType<Reading.Error>(await _rig.ReadAsync(Latencies)).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"resultType": "scalar", "result": [1767225600, "1"]}""", "does not give buckets")]
    [InlineData("""{"resultType": "matrix", "result": []}""", "does not give buckets")]
    [InlineData("""{"resultType": "vector"}""", "no buckets in Prometheus' JSON")]
    [InlineData("7", "no buckets in Prometheus' JSON")]
    public async Task An_answer_of_another_kind_is_an_error(string data, string reason)
    {
        _source.Says($$"""{"status": "success", "data": {{data}}}""");

        Assert.Contains(
            reason, Assert.IsType<Reading.Error>(await _rig.ReadAsync(Latencies)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_than_two_hundred_are_an_error()
    {
        Gives([.. Enumerable.Range(0, 201).Select(n => Bucket($"{n}", "1"))]);

        Assert.Contains(
            "gives 201 series", Assert.IsType<Reading.Error>(await _rig.ReadAsync(Latencies)).Reason,
            StringComparison.Ordinal);
    }

    private void Gives(params string[] series) => _source.Answers(async context =>
    {
        var query = context.Request.HasFormContentType
            ? (await context.Request.ReadFormAsync())["query"]
            : context.Request.Query["query"];
        _asked.Enqueue($"{query}");
        await context.Response.WriteAsync($$$"""
            {"status": "success", "data": {"resultType": "vector", "result": [{{{string.Join(", ", series)}}}]}}
            """);
    });

    private static string Bucket(string le, string count) =>
        $$$"""{"metric": {"le": "{{{le}}}"}, "value": [{{{Now}}}, "{{{count}}}"]}""";
}
