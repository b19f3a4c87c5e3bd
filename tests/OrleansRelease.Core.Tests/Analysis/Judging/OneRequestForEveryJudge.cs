using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Analysis.Judging;
using OrleansRelease.Core.Analysis.Kayenta;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Core.Tests.Analysis.Judging;

/// <summary>
/// One body with all that every judge accepts goes to each of them, with nothing but its own fields beside. Whoever has
/// to change a verdict here, with the same version, has to raise the version of the judge.
/// </summary>
public sealed class OneRequestForEveryJudge
{
    private const string Thousands = "[1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000]";

    private const string Buckets = """[{"0.1": 900, "0.5": 990, "+Inf": 1000}, null, {"0.1": 905, "+Inf": 1000}]""";

    [Theory]
    [InlineData(
        "kayenta", "", "", "kayenta/2", "errors 100 × 100 %", Verdict.Pass, Classification.Pass, 100d, null)]
    [InlineData(
        "threshold", ", \"max\": 200", "", "threshold/2+score/1", "100 of 100: errors 100 × 100 %", Verdict.Pass,
        Classification.Pass, 100d, "config.tolerance config.confidence metrics.control metrics.effectSize")]
    [InlineData(
        "sequential", "", $", \"experimentTotals\": {Thousands}, \"controlTotals\": {Thousands}",
        "sequential/1+score/1", "errors: undecided: ", Verdict.Inconclusive, Classification.Nodata, null,
        "config.tolerance metrics.effectSize")]
    [InlineData(
        "histogram", "", $", \"experimentBuckets\": {Buckets}, \"controlBuckets\": {Buckets}",
        "sequential-latency/1+score/1", "errors: undecided: over ", Verdict.Inconclusive, Classification.Nodata, null,
        "config.tolerance metrics.control metrics.experiment metrics.effectSize")]
    [InlineData(
        "history", "", "", "threshold/2+seasonal/2+score/1", "100 of 100: errors 100 × 100 %", Verdict.Pass,
        Classification.Pass, 100d, "config.confidence metrics.effectSize")]
    [InlineData(
        "burnRate", ", \"objective\": 0.999", $", \"experimentTotals\": {Thousands}", "burn-rate/3+score/1",
        "critical errors: burns 100× over 5m and 100× over 1h, both above 14.4× (page): 900 bad of 9000 in 1h",
        Verdict.Fail, Classification.High, 0d,
        "config.tolerance config.confidence metrics.control metrics.direction metrics.effectSize")]
    public void Each_of_them_answers_by_its_version_and_says_what_had_no_part(
        string judge, string config, string values, string version, string reason, Verdict verdict,
        Classification classification, double? score, string? unused)
    {
        var answer = Assert.IsType<Judgement<JudgeAnswer>.Made>(
            Judges.Judge(Vocabulary.Read<JudgeRequest>(Body(judge, config, values)))).Answer;

        Assert.Equal((judge, version), (answer.Judge, answer.Version));
        Assert.Equal((verdict, score), (answer.Verdict, answer.Score));
        Assert.StartsWith(reason, answer.Reason, StringComparison.Ordinal);
        var metric = Assert.Single(answer.Metrics);
        Assert.Equal(
            ("errors", classification, verdict, verdict == Verdict.Fail),
            (metric.Name, metric.Classification, metric.Verdict, metric.Critical));
        Assert.Equal(unused, answer.Unused is { } fields ? string.Join(' ', fields) : null);
    }

    [Fact]
    public void Plain_numbers_are_told_what_a_sequential_test_needs()
    {
        var problems = Assert.IsType<Judgement<JudgeAnswer>.Refused>(
            Judges.Judge(Vocabulary.Read<JudgeRequest>(Body("sequential", "", "")))).Problems;

        Assert.Equal(
            ["metrics[0].experimentTotals", "metrics[0].controlTotals"], problems.Select(problem => problem.Path));
        Assert.Equal("plain numbers do not say how many requests they are of", problems[0].Reason);
        Assert.Contains("judge kayenta for plain numbers", problems[0].Expected, StringComparison.Ordinal);
    }

    private static string Body(string judge, string config, string values) =>
        $$"""
        {"judge": "{{judge}}",
         "config": {"tolerance": 0.25, "confidence": 0.98, "passThreshold": 95, "marginalThreshold": 75{{config}}},
         "metrics": [{
             "name": "errors", "group": "errors", "weight": 60, "direction": "increase", "nanStrategy": "remove",
             "outlierStrategy": "keep", "critical": true, "mustHaveData": true,
             "effectSize": {"measure": "meanRatio", "allowedIncrease": 1.1, "allowedDecrease": 0.9,
                 "criticalIncrease": 1.5, "criticalDecrease": 0.5},
             "control": [100, 101, null, 100, 102, 98, 100, 101, 99, 100],
             "experiment": [101, 99, null, 100, 102, 98, 100, 101, 99, 100]{{values}}
         }]}
        """;
}
