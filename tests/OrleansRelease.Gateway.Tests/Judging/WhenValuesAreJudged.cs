using System.Net;
using System.Text;
using OrleansRelease.Gateway.Tests.Harness;

namespace OrleansRelease.Gateway.Tests.Judging;

[Collection(GatewayCollection.Name)]
public sealed class WhenValuesAreJudged(RunningGateway gateway)
{
    private static readonly double[] Usual = [.. Enumerable.Range(0, 30).Select(i => 100d + (i % 10))];

    private readonly HttpClient _client = gateway.Client;

    [Fact]
    public async Task They_are_compared_with_a_control()
    {
        var answer = (await _client.SendAsync("/api/v1/analysis/judge", new
        {
            judge = "kayenta",
            config = new { passThreshold = 80, marginalThreshold = 50 },
            metrics = new object[]
            {
                new { name = "latency", group = "speed", control = Usual, experiment = Usual.Select(v => v * 2) },
                new { name = "errors", group = "errors", weight = 60, control = Usual, experiment = Usual },
            },
        })).Expect(HttpStatusCode.OK).Json;

        Assert.Equal(
            ("Inconclusive", 60d), (answer["verdict"]!.GetValue<string>(), answer["score"]!.GetValue<double>()));
        var latency = answer["metrics"]![0]!;
        Assert.Equal(
            ("High", false),
            (latency["classification"]!.GetValue<string>(), latency["critical"]!.GetValue<bool>()));
        Assert.InRange(latency["interval"]!["low"]!.GetValue<double>(), 98, 110);
        Assert.Equal(2, latency["deviation"]!.GetValue<double>(), 9);
        Assert.Equal(
            ("kayenta", "kayenta/2"), (answer["judge"]!.GetValue<string>(), answer["version"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Latencies_are_compared_by_their_buckets()
    {
        var answer = (await SendAsync("judge",
            """
            {"judge": "histogram", "config": {"tolerance": 2}, "metrics": [{
                "name": "latency", "group": "speed", "critical": true,
                "experimentBuckets": [{"0.1": 500, "+Inf": 1000}, null, {"0.1": 500, "+Inf": 1000}],
                "controlBuckets": [{"0.1": 900, "+Inf": 1000}, null, {"0.1": 900, "+Inf": 1000}]}]}
            """)).Expect(HttpStatusCode.OK).Json;

        Assert.Equal(
            ("Inconclusive", "sequential-latency/1+score/1"),
            (answer["verdict"]!.GetValue<string>(), answer["version"]!.GetValue<string>()));
        Assert.Equal("config.tolerance", answer["unused"]!.AsArray().Single()!.GetValue<string>());
        Assert.Equal(
            ("Nodata", "Inconclusive"),
            (answer["metrics"]![0]!["classification"]!.GetValue<string>(),
                answer["metrics"]![0]!["verdict"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_value_that_is_missing_is_null_or_NaN()
    {
        var answer = (await SendAsync("judge",
            """{"judge":"threshold","config":{"max":5},"metrics":[{"name":"a","experiment":[1,null,"NaN",2.5]}]}"""))
            .Expect(HttpStatusCode.OK).Json;

        Assert.Equal("Pass", answer["verdict"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_judge_that_is_not_there_is_refused_with_those_that_are()
    {
        var problem = (await _client.SendAsync("/api/v1/analysis/judge", new
        {
            judge = "oracle",
            metrics = new[] { new { name = "latency", experiment = Usual } },
        })).ExpectProblem(422, "invalid-analysis").Json["problems"]![0]!;

        Assert.Equal("judge", problem["path"]!.GetValue<string>());
        Assert.Equal(
            "burnRate, histogram, history, kayenta, sequential or threshold", problem["expected"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("""{"judge":"kayenta","metrics":[{"name":"a","control":["x"],"experiment":[]}]}""", "control[0]")]
    [InlineData("""{"judge":"kayenta","metrics":[{"name":"a","colour":"red"}]}""", "colour")]
    [InlineData("""{"judge":"kayenta","metrics":{}}""", "$.metrics")]
    [InlineData("", "")]
    public async Task What_is_no_such_request_is_told_by_its_path(string body, string path) =>
        Assert.Contains(
            path, (await SendAsync("judge", body)).ExpectProblem(400, "bad-request").Text, StringComparison.Ordinal);

    [Fact]
    public async Task A_body_that_is_too_large_is_not_read() =>
        (await SendAsync("judge", new string(' ', (1024 * 1024) + 1))).ExpectProblem(413, "body-too-large");

    [Fact]
    public async Task Measurements_are_assessed_one_by_one()
    {
        var answer = (await SendAsync("assess",
            """
            {"max": 0.05, "measurements": [
                {"bad": 1, "total": 100}, {"bad": 6, "total": 100}, {"noData": "why"}, {"bad": 7, "total": 100}]}
            """)).Expect(HttpStatusCode.OK).Json;

        Assert.Equal(("Fail", 4), (answer["verdict"]!.GetValue<string>(), answer["decidedAt"]!.GetValue<int>()));
        Assert.Equal(
            ("threshold", "threshold/2"), (answer["judge"]!.GetValue<string>(), answer["version"]!.GetValue<string>()));
        var second = answer["windows"]![1]!;
        Assert.Equal(
            ("Fail", "6 % > 5 %"), (second["verdict"]!.GetValue<string>(), second["detail"]!.GetValue<string>()));
        Assert.Null(second["phase"]);
        Assert.Equal("Fail", answer["windows"]![3]!["phase"]!.GetValue<string>());
    }

    [Fact]
    public async Task All_that_is_wrong_with_measurements_is_told_at_once()
    {
        var problems = (await SendAsync("assess", """{"unit": "metres", "count": 0, "max": 1, "measurements": [{}]}"""))
            .ExpectProblem(422, "invalid-analysis").Json["problems"]!.AsArray();

        Assert.Equal(
            ["measurements[0]", "unit", "count"], problems.Select(problem => problem!["path"]!.GetValue<string>()));
    }

    private Task<Seen> SendAsync(string verb, string json) => _client.SendContentAsync(
        $"/api/v1/analysis/{verb}", new StringContent(json, Encoding.UTF8, "application/json"), null);
}
