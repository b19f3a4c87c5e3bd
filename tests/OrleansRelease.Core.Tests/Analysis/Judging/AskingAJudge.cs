using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Analysis.Judging;
using OrleansRelease.Core.Analysis.Kayenta;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Tests.Manifests;

namespace OrleansRelease.Core.Tests.Analysis.Judging;

public sealed class AskingAJudge
{
    private static readonly ImmutableArray<double?> Usual = [.. Enumerable.Range(0, 30).Select(i => 100d + (i % 10))];
    private static readonly ImmutableArray<double?> Twice = [.. Usual.Select(value => value * 2)];

    private static readonly MetricValues Latency = new("latency", Usual, Usual);

    [Fact]
    public void What_is_as_before_passes_with_all_of_the_score()
    {
        var answer = Made(new("kayenta", [Latency]));

        Assert.Equal((Verdict.Pass, 100d), (answer.Verdict, answer.Score!.Value));
        Assert.Equal("both sides have the same values", answer.Metrics[0].Reason);
        Assert.Equal([new("default", 100, 100)], answer.Groups!.Value.AsEnumerable());
    }

    [Fact]
    public void What_is_worse_fails_by_its_groups()
    {
        var answer = Made(new("kayenta",
        [
            Latency with { Experiment = Twice, Group = "speed", Weight = 60 },
            Latency with { Name = "errors", Group = "errors" },
        ]));

        Assert.Equal((Verdict.Fail, 40d), (answer.Verdict, answer.Score!.Value));
        Assert.Equal("errors 100 × 40 % + speed 0 × 60 %", answer.Reason);
        Assert.Equal(
            [Classification.High, Classification.Pass], answer.Metrics.Select(metric => metric.Classification));
        Assert.Equal(2, answer.Metrics[0].Deviation!.Value, 9);
        Assert.InRange(answer.Metrics[0].Interval!.Value.Low, 98, 105);
    }

    [Fact]
    public void Every_field_reaches_the_judge()
    {
        var answer = Made(new(
            "kayenta",
            [
                Latency with
                {
                    Experiment = Twice.Add(null), Direction = "decrease", NanStrategy = "remove",
                    OutlierStrategy = "remove",
                },
                Latency with
                {
                    Name = "allowed", Experiment = Twice, EffectSize = new(Measure: "meanRatio", AllowedIncrease: 2.5),
                },
                Latency with
                {
                    Name = "critical", Experiment = Twice, Critical = true, EffectSize = new(CriticalIncrease: 2.5),
                },
                Latency with { Name = "needed", Experiment = [null], MustHaveData = true },
                Latency with { Name = "zero", Experiment = [], NanStrategy = "replace" },
            ],
            new(Tolerance: 0.5, Confidence: 0.9, PassThreshold: 50, MarginalThreshold: 40)));

        Assert.Equal(
            [
                Classification.Pass, Classification.Pass, Classification.High, Classification.NodataFailMetric,
                Classification.Pass,
            ],
            answer.Metrics.Select(metric => metric.Classification));
        Assert.False(answer.Metrics[2].Critical);
        Assert.Equal((Verdict.Pass, 60d), (answer.Verdict, answer.Score!.Value));
    }

    /// <summary>The peer passes all of these.</summary>
    [Fact]
    public void What_says_nothing_is_no_pass()
    {
        var infinite = Latency with { Experiment = Usual.Add(double.PositiveInfinity) };
        MetricValues[] mostlyBroken =
            [Latency, .. Enumerable.Range(0, 9).Select(i => infinite with { Name = $"broken-{i}" })];
        var empty = Latency with { Control = [], Experiment = [], NanStrategy = "replace" };

        var broken = Made(new("kayenta", [.. mostlyBroken]));

        Assert.Equal(
            (Verdict.Error, "9 of 10 metrics could not be compared"), (broken.Verdict, broken.Reason));
        Assert.Equal(Verdict.Error, Made(new("kayenta", [empty])).Verdict);
        Assert.Equal(Verdict.Error, Made(new("kayenta", [empty with { Control = Usual, Critical = true }])).Verdict);
        Assert.Equal(
            Verdict.Pass,
            Made(new("kayenta", [Latency, Latency with { Name = "other" }, empty with { Name = "zero" }])).Verdict);
    }

    [Fact]
    public void Weights_that_are_meant_to_be_all_of_it_are()
    {
        MetricValues Of(string group, double? weight) =>
            Latency with { Name = group, Group = group, Weight = weight };

        var thirds = Made(new("kayenta", [Of("a", 33.33), Of("b", 33.33), Of("c", 33.33)], new(PassThreshold: 100)));
        var more = Made(new("kayenta", [Of("a", 33.34), Of("b", 33.33), Of("c", 33.335), Of("d", null)]));

        Assert.Equal((Verdict.Pass, 100d), (thirds.Verdict, thirds.Score!.Value));
        Assert.All(more.Groups!.Value, group => Assert.InRange(group.Weight, 0, 100));
        Assert.Equal(100, more.Groups.Value.Sum(group => group.Weight), 9);
    }

    [Theory]
    [InlineData(100, "Fail")]
    [InlineData(5, "Pass")]
    [InlineData(12, "Inconclusive")]
    public void Sequential_compares_shares_window_by_window(int bad, string verdict)
    {
        var windows = verdict == "Inconclusive" ? 4 : 40;
        MetricValues errors = new(
            "errors", Repeat(bad), Repeat(50), ExperimentTotals: Repeat(1000), ControlTotals: Repeat(10_000));

        var answer = Made(new("sequential", [errors, errors with { Name = "same" }], new(Margin: 0.005)));

        Assert.Equal(verdict, $"{answer.Verdict}");
        Assert.Equal(bad / 1000d - 0.005, answer.Metrics[0].Interval!.Value.Estimate, 9);
        Assert.Equal(bad / 5d, answer.Metrics[0].Deviation!.Value, 9);
        Assert.Contains("margin 0.5", answer.Reason, StringComparison.Ordinal);

        double?[] Repeat(int count) => [.. Enumerable.Repeat<double?>(count, windows)];
    }

    [Fact]
    public void Sequential_has_no_verdict_without_counts_of_both()
    {
        MetricValues errors = new("errors", [1, null], [null, 1], ExperimentTotals: [10, 10], ControlTotals: [10, 10]);

        var answer = Made(new("sequential", [errors], new(Margin: 0)));

        Assert.Equal(
            (Verdict.NoData, "errors: no window has counts of both"), (answer.Verdict, answer.Reason));
    }

    [Fact]
    public void The_sample_is_a_request()
    {
        var answer = Made(Vocabulary.Read<JudgeRequest>(Samples.Text("analysis/judge.json")));

        Assert.Equal((Verdict.Fail, 40d), (answer.Verdict, answer.Score!.Value));
        Assert.Equal("errors 100 × 40 % + speed 0 × 60 %", answer.Reason);
    }

    /// <summary>The peer asks nobody whether its limits make sense.</summary>
    [Fact]
    public void Limits_on_the_other_side_of_no_effect_are_as_the_peer_has_them()
    {
        MetricValues Limited(string name, EffectSizeLimits limits) =>
            Latency with { Name = name, Experiment = Twice, Critical = true, EffectSize = limits };

        var answer = Made(new(
            "kayenta",
            [
                Limited("below", new(AllowedIncrease: 0.8, CriticalIncrease: 0.5)),
                Limited("beyond", new("cles", AllowedIncrease: 1.2)),
                Limited("less-than-allowed", new(AllowedIncrease: 1.5, CriticalIncrease: 1.2)),
                Limited("more-than-there-is", new(AllowedIncrease: 1.5, CriticalIncrease: 5, CriticalDecrease: 1.2)),
            ]));

        Assert.Equal(
            [(Classification.High, true), (Classification.Pass, false), (Classification.High, true),
                (Classification.High, false)],
            answer.Metrics.Select(metric => (metric.Classification, metric.Critical)));
    }

    [Fact]
    public void A_tolerance_that_leaves_nothing_to_be_found_says_so()
    {
        var answer = Made(new("kayenta", [Latency with { Experiment = Twice }], new(Tolerance: 1.5)));

        Assert.Equal(Verdict.Pass, answer.Verdict);
        Assert.EndsWith(
            "; a tolerance of 1 or more leaves nothing to be found", answer.Metrics[0].Reason,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_of_all_groups_are_proportions()
    {
        var bad = Latency with { Name = "bad", Experiment = Twice, Group = "b", Weight = 1 };

        Assert.Equal(100, Made(new("kayenta", [Latency with { Weight = 30 }])).Score);
        Assert.Equal(75, Made(new("kayenta", [Latency with { Weight = 3 }, bad])).Score);
    }

    [Fact]
    public void A_marginal_score_is_inconclusive() => Assert.Equal(
        Verdict.Inconclusive,
        Made(new(
            "kayenta",
            [
                Latency, Latency with { Name = "a" }, Latency with { Name = "b" },
                Latency with { Name = "c", Experiment = Twice },
            ])).Verdict);

    [Fact]
    public void Where_nothing_could_be_compared_nothing_has_passed()
    {
        var answer = Made(new("kayenta", [new("one", [2], [1])]));

        Assert.Equal((Classification.Error, Verdict.Error), (answer.Metrics[0].Classification, answer.Verdict));
    }

    [Theory]
    [InlineData(new double[] { 1, 2, 3 }, Classification.Pass, Verdict.Pass)]
    [InlineData(new double[] { 1, 11, 3 }, Classification.Pass, Verdict.Pass)]
    [InlineData(new double[] { 1, 11, 12 }, Classification.High, Verdict.Fail)]
    [InlineData(new double[] { 1, -1, -1 }, Classification.Low, Verdict.Fail)]
    [InlineData(new double[] { 6, 6, 6, 6 }, Classification.High, Verdict.Inconclusive)]
    [InlineData(new double[] { 6, 6, 6 }, Classification.High, Verdict.Inconclusive)]
    [InlineData(new double[] { }, Classification.Nodata, Verdict.NoData)]
    [InlineData(new[] { double.NaN }, Classification.Nodata, Verdict.NoData)]
    [InlineData(new[] { double.PositiveInfinity }, Classification.Error, Verdict.Error)]
    public void Fixed_limits_judge_every_value_of_the_experiment(
        double[] values, Classification classification, Verdict verdict)
    {
        var answer = Made(new(
            "threshold", [new("latency", [.. values.Select(value => (double?)value)])],
            new(Max: 5, Min: 0, FailAbove: 10)));

        Assert.Equal((classification, verdict), (answer.Metrics[0].Classification, answer.Verdict));
        Assert.Equal(
            verdict switch
            {
                Verdict.Pass => 100,
                Verdict.Fail => 0d,
                _ => (double?)null,
            },
            answer.Score);
    }

    /// <summary>The score is of what is decided; where nothing is, what is doubtful stays so.</summary>
    [Fact]
    public void What_is_inconclusive_does_not_fail_because_a_score_is_asked_for()
    {
        var doubtful = new MetricValues("latency", [6, 6, 6, 6]);
        var limits = new JudgeConfig(Max: 5, FailAbove: 10, PassThreshold: 95);

        Assert.Equal(Verdict.Inconclusive, Made(new("threshold", [doubtful], limits)).Verdict);
        var beside = Made(new("threshold", [doubtful, new("errors", [1, 1, 1])], limits));
        Assert.Equal((Verdict.Inconclusive, 100d), (beside.Verdict, beside.Score));
    }

    [Fact]
    public void The_worst_metric_is_the_verdict_of_all_and_says_why()
    {
        var answer = Made(new("threshold", [new("good", [1]), new("bad", [7, 8])], new(Max: 5)));

        Assert.Equal((Verdict.Fail, "bad: 2 failed, 1 may; the first: 7 > 5"), (answer.Verdict, answer.Reason));
    }

    [Theory]
    [InlineData(null, "it is missing")]
    [InlineData("sequentiel", "there is no such judge")]
    [InlineData("Kayenta", "there is no such judge")]
    public void A_judge_that_is_not_there_is_refused_with_those_that_are(string? judge, string reason) =>
        Assert.Equal(
            new FieldProblem(
                "judge", judge, reason, "burnRate, histogram, history, kayenta, sequential or threshold"),
            Assert.Single(Refused(new(judge, [Latency]))));

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_is_wrong_is_told_by_its_path_with_what_would_be_right(
        string path, string expected, JudgeRequest request)
    {
        var problem = Assert.Single(Refused(request));

        Assert.Equal((path, expected), (problem.Path, problem.Expected));
    }

    public static TheoryData<string, string, JudgeRequest> Wrong { get; } = new()
    {
        { "metrics", "at least one", new("kayenta", null) },
        { "metrics", "at least one", new("kayenta", []) },
        { "metrics", "at most 200", new("kayenta", [.. Enumerable.Repeat(Latency, 201)]) },
        {
            "metrics", "at most 100000 together",
            new("kayenta", [Latency with { Experiment = [.. Enumerable.Repeat((double?)1, 100_000)] }])
        },
        { "metrics[1].name", "a name of its own", new("kayenta", [Latency, Latency]) },
        { "metrics[0].name", "a name of 1 to 200 characters", new("kayenta", [Latency with { Name = "" }]) },
        { "metrics[0].name", "a name of 1 to 200 characters", new("kayenta", [Latency with { Name = null }]) },
        { "metrics[0]", "a metric with name and experiment", new("kayenta", [null!]) },
        {
            "metrics[0].experiment", "a list of numbers or null, or []",
            new("kayenta", [Latency with { Experiment = null }])
        },
        {
            "metrics[0].control", "a list of numbers or null, or []",
            new("kayenta", [Latency with { Control = null }])
        },
        {
            "metrics[0].direction", "either, increase or decrease",
            new("kayenta", [Latency with { Direction = "up" }])
        },
        { "metrics[0].nanStrategy", "remove or replace", new("kayenta", [Latency with { NanStrategy = "" }]) },
        { "metrics[0].outlierStrategy", "keep or remove", new("kayenta", [Latency with { OutlierStrategy = "iqr" }]) },
        {
            "metrics[0].effectSize.measure", "meanRatio or cles",
            new("kayenta", [Latency with { EffectSize = new("cohen") }])
        },
        {
            "metrics[0].effectSize.allowedIncrease", "a number",
            new("kayenta", [Latency with { EffectSize = new("cles", AllowedIncrease: double.NaN) }])
        },
        { "metrics[0].weight", "a number from 0 to 100", new("kayenta", [Latency with { Weight = 101 }, Other(null)]) },
        { "metrics[1].weight", "30", new("kayenta", [Latency with { Weight = 30, Group = "b" }, Other(40), Third]) },
        {
            "metrics", "weights of 100 in all at most, or one for each group",
            new("kayenta", [Latency with { Weight = 80 }, Other(60), Third with { Group = "c" }])
        },
        { "metrics", "a weight above 0", new("kayenta", [Latency with { Weight = 0 }]) },
        { "config.confidence", "a number from 0.5 to 0.9999", new("kayenta", [Latency], new(Confidence: 1)) },
        { "config.tolerance", "a number of 0 or more", new("kayenta", [Latency], new(Tolerance: double.NaN)) },
        {
            "config.marginalThreshold", "a number from 0 to 60",
            new("kayenta", [Latency], new(PassThreshold: 60, MarginalThreshold: 70))
        },
        { "config.max", "nothing: leave it out", new("kayenta", [Latency], new(Max: 1)) },
        { "config.margin", "nothing: leave it out", new("threshold", [Alone], new(Max: 1, Margin: 0.1)) },
        {
            "metrics[0].direction", "max: NUMBER in config, or either",
            new("threshold", [Alone with { Direction = "increase" }], new(Min: 1))
        },
        { "config", "max: NUMBER, min: NUMBER or both", new("threshold", [Alone]) },
        { "config.failAbove", "max and failAbove together, the latter larger", new("threshold", [Alone], Above(5, 5)) },
        { "config.min", "min below max", new("threshold", [Alone], new(Max: 1, Min: 2)) },
        { "config.max", "a number", new("threshold", [Alone], new(Max: double.PositiveInfinity)) },
        {
            "config.failureLimit", "a whole number from 0 on",
            new("threshold", [Alone], new(Max: 1, FailureLimit: -1))
        },
    };

    [Fact]
    public void All_that_is_wrong_is_told_at_once_up_to_a_bound()
    {
        var problems = Refused(new(
            "kayenta",
            [
                .. Enumerable.Range(0, 60)
                    .Select(i => new MetricValues($"m{i}", [], [], Direction: new string('x', 99))),
            ]));

        Assert.Equal(50, problems.Length);
        Assert.Equal(61, problems[0].Value!.Length);
    }

    private static MetricValues Alone => new("latency", [1]);

    private static MetricValues Third => Latency with { Name = "third" };

    private static JudgeConfig Above(double max, double failAbove) => new(Max: max, FailAbove: failAbove);

    private static MetricValues Other(double? weight) =>
        Latency with { Name = "other", Group = "b", Weight = weight };

    private static JudgeAnswer Made(JudgeRequest request) =>
        Assert.IsType<Judgement<JudgeAnswer>.Made>(Judges.Judge(request)).Answer;

    private static ImmutableArray<FieldProblem> Refused(JudgeRequest request) =>
        Assert.IsType<Judgement<JudgeAnswer>.Refused>(Judges.Judge(request)).Problems;
}
