using System.Collections.Immutable;
using System.Globalization;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Analysis.Judging;
using OrleansRelease.Core.Analysis.Kayenta;

namespace OrleansRelease.Core.Tests.Analysis.Judging;

/// <summary>Those that compare window by window, that know the past, and that know an error budget.</summary>
public sealed class AskingTheOtherJudges
{
    private static readonly MetricValues Latency = new(
        "latency", ExperimentBuckets: Buckets(500), ControlBuckets: Buckets(900));

    private static readonly MetricValues Today = new(
        "p99", [200, 210], [.. Enumerable.Range(0, 14).Select(i => (double?)(99 + (i % 3)))]);

    [Theory]
    [InlineData("increase", 100, Classification.High, 0.05)]
    [InlineData("either", 100, Classification.High, 0.05)]
    [InlineData("decrease", 10, Classification.Low, -0.04)]
    [InlineData("either", 10, Classification.Low, -0.04)]
    [InlineData("either", 50, Classification.Pass, 0)]
    [InlineData("increase", 10, Classification.Pass, -0.04)]
    [InlineData("decrease", 100, Classification.Pass, 0.05)]
    public void Sequential_looks_in_the_direction_that_is_bad(
        string direction, int bad, Classification classification, double estimate)
    {
        var errors = Counted(bad, 500) with { Direction = direction };

        var metric = Made("sequential", new(Margin: 0.01), errors).Metrics[0];

        Assert.Equal(classification, metric.Classification);
        Assert.Equal(estimate, metric.Interval!.Value.Estimate, 9);
        Assert.InRange(estimate, metric.Interval.Value.Low - 1e-9, metric.Interval.Value.High + 1e-9);
        Assert.Equal(bad / 50d, metric.Deviation!.Value, 9);
    }

    [Fact]
    public void Of_two_directions_each_is_wrong_half_as_often()
    {
        var errors = Counted(60, 500, windows: 12);

        double Width(string direction, double confidence) => Made(
            "sequential", new(Confidence: confidence), errors with { Direction = direction }).Metrics[0].Interval
            is { } interval ? interval.High - interval.Low : 0;

        Assert.Equal(Width("increase", 0.99), Width("either", 0.98), 9);
        Assert.True(Width("increase", 0.98) < Width("either", 0.98));
    }

    [Fact]
    public void Sequential_needs_no_margin_and_takes_missing_counts_for_zero_where_they_are()
    {
        var errors = Counted(100, 500) with { Experiment = [.. Enumerable.Repeat<double?>(null, 200)] };

        Assert.Equal(Verdict.NoData, Made("sequential", new(), errors).Verdict);
        Assert.Equal(Verdict.Pass, Made("sequential", new(), errors with { NanStrategy = "replace" }).Verdict);
        Assert.Equal(Verdict.Fail, Made("sequential", new(), Counted(100, 500)).Verdict);
    }

    [Fact]
    public void Latencies_are_compared_at_the_bounds_that_both_have()
    {
        var worse = Made("histogram", new(Margin: 0.01), Latency);
        var alike = Made("histogram", new(Margin: 0.2), Latency with { ExperimentBuckets = Buckets(900) });
        var faster = Made(
            "histogram", new(), Latency with { ExperimentBuckets = Buckets(990), Direction = "decrease" });

        Assert.Equal((Verdict.Fail, Classification.High), (worse.Verdict, worse.Metrics[0].Classification));
        Assert.Contains("over 0.1 s 50 % against 10 % of requests", worse.Reason, StringComparison.Ordinal);
        Assert.Equal(5, worse.Metrics[0].Deviation!.Value, 9);
        Assert.Equal(Verdict.Pass, alike.Verdict);
        Assert.Equal((Verdict.Fail, Classification.Low), (faster.Verdict, faster.Metrics[0].Classification));
        Assert.Contains("control beside experiment: ", faster.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Latencies_that_cannot_be_compared_are_no_pass()
    {
        var others = Latency with { ControlBuckets = Buckets(900, "0.2") };
        var silent = Latency with { ExperimentBuckets = [null], ControlBuckets = [null] };

        Assert.Equal(
            (Verdict.Error, "latency: no bound of a bucket is the same in both versions"),
            Told(Made("histogram", new(), others)));
        Assert.Equal(
            (Verdict.NoData, "latency: no window has requests of both"), Told(Made("histogram", new(), silent)));
    }

    [Theory]
    [InlineData("increase", 200, Classification.High)]
    [InlineData(null, 200, Classification.High)]
    [InlineData("decrease", 200, Classification.Pass)]
    [InlineData("decrease", 40, Classification.Low)]
    [InlineData("either", 40, Classification.Low)]
    [InlineData("increase", 120, Classification.Pass)]
    public void History_holds_values_against_the_days_before(string? direction, double value, Classification expected)
    {
        var answer = Made("history", new(), Today with { Experiment = [value, value], Direction = direction });

        Assert.Equal(expected, answer.Metrics[0].Classification);
        Assert.Contains("usual 100, allowed ", answer.Reason, StringComparison.Ordinal);
        Assert.Contains("(14 days, tolerance 30 %, ", answer.Reason, StringComparison.Ordinal);
        Assert.Equal(value / 100, answer.Metrics[0].Deviation!.Value, 9);
    }

    [Fact]
    public void Metrics_that_are_held_against_the_past_together_share_what_chance_may_do()
    {
        var wild = Today with { Control = [.. Enumerable.Range(0, 14).Select(i => (double?)(80 + (i * 3)))] };

        Assert.Contains("%, 4.2 × ", Made("history", new(), wild).Metrics[0].Reason, StringComparison.Ordinal);
        Assert.All(
            Made("history", new(), wild, wild with { Name = "p50" }).Metrics,
            metric => Assert.Contains("%, 4.6 × ", metric.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public void Without_a_past_there_is_no_data_or_a_limit_that_judges_alone()
    {
        var young = Today with { Control = [100, null, 101] };

        Assert.Equal(
            (Verdict.NoData, "p99: the past is not known: the past has 2 comparable days, 5 are needed"),
            Told(Made("history", new(), young)));
        Assert.Equal(Verdict.Pass, Made("history", new(Max: 300), young).Verdict);
        Assert.Equal(Verdict.Fail, Made("history", new(Max: 150), young).Verdict);
    }

    [Theory]
    [InlineData(20, 100, Verdict.Fail, Classification.High, "burns 40× over 30m and 40× over 6h, both above 6× (page)")]
    [InlineData(1, 100, Verdict.Inconclusive, Classification.High, "burns 2× over 6h and 2× over 3d")]
    [InlineData(0, 100, Verdict.Pass, Classification.Pass, "1h 0× of 14.4×")]
    [InlineData(0, 1, Verdict.NoData, Classification.Nodata, "1 requests in 5m, 10 are needed")]
    [InlineData(200, 100, Verdict.Error, Classification.Error, "the counts contradict each other")]
    public void A_burn_is_judged_by_the_windows_up_to_the_last_one(
        int bad, int total, Verdict verdict, Classification classification, string reason)
    {
        MetricValues requests = new("availability", Repeat(bad, 80), ExperimentTotals: Repeat(total, 80));

        var answer = Made("burnRate", new(Objective: 0.995m), requests);

        Assert.Equal((verdict, classification), (answer.Verdict, answer.Metrics[0].Classification));
        Assert.StartsWith($"availability: {reason}", answer.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.94", 90, "a full outage burns a budget of 94% only 16.7 times as fast as it lasts, and over "
        + "12w6d it takes more than 18 to page")]
    [InlineData("0.8", null, "a full outage burns a budget of 80% only 5 times as fast as it lasts, and over "
        + "4w2d it takes more than 6 to page")]
    public void An_objective_that_no_outage_pages_is_refused_as_in_a_manifest(
        string objective, int? days, string reason)
    {
        var share = decimal.Parse(objective, CultureInfo.InvariantCulture);
        MetricValues outage = new("availability", [100], ExperimentTotals: [100]);

        var problem = Assert.Single(Assert.IsType<Judgement<JudgeAnswer>.Refused>(
            Judges.Judge(new("burnRate", [outage], new(Objective: share, PeriodDays: days)))).Problems);

        Assert.Equal(
            new FieldProblem(
                "config.objective", objective, reason, "a shorter window, such as 4w2d, or a higher objective"),
            problem);
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_is_wrong_is_told_by_its_path_with_what_would_be_right(
        string path, string expected, JudgeRequest request)
    {
        var problem = Assert.Single(
            Assert.IsType<Judgement<JudgeAnswer>.Refused>(Judges.Judge(request)).Problems);

        Assert.Equal(path, problem.Path);
        Assert.Contains(expected, problem.Expected, StringComparison.Ordinal);
    }

    public static TheoryData<string, string, JudgeRequest> Wrong { get; } = new()
    {
        {
            "metrics[0].experimentBuckets", "a list with null or {",
            new("histogram", [Latency with { ExperimentBuckets = null }])
        },
        {
            "metrics[0].controlBuckets[1]", "each count at least the one before",
            new(
                "histogram",
                [Latency with { ExperimentBuckets = [null, null], ControlBuckets = [null, Windows(9, "x")] }])
        },
        {
            "metrics[0].controlBuckets", "as many, or null among them",
            new("histogram", [Latency with { ControlBuckets = [null] }])
        },
        { "metrics[0].experimentBuckets", "leave it out", new("kayenta", [Today with { ExperimentBuckets = [] }]) },
        { "metrics[0].control", "one number or null for each day", new("history", [Today with { Control = null }]) },
        { "metrics[0].experiment", "a list of numbers", new("history", [Today with { Experiment = null }]) },
        { "metrics[0].control", "as many counts", new("sequential", [Counted(1, 1) with { Control = [1] }]) },
        { "metrics[0].direction", "either, increase or decrease", new("burnRate", [Up], new(Objective: 0.9m)) },
        { "metrics[0].experimentTotals", "of five minutes", new("burnRate", [Today], new(Objective: 0.9m)) },
        { "config.objective", "such as 0.999", new("burnRate", [Up with { Direction = null }], new(Objective: 1)) },
        {
            "config.periodDays", "a number from 7 to 90",
            new("burnRate", [Up with { Direction = null }], new(Objective: 0.9m, PeriodDays: 6))
        },
    };

    private static MetricValues Up => new("a", [1], Direction: "up", ExperimentTotals: [9]);

    private static MetricValues Counted(int bad, int control, int windows = 200) => new(
        "errors", Repeat(bad, windows), Repeat(control, windows), ExperimentTotals: Repeat(1000, windows),
        ControlTotals: Repeat(10_000, windows));

    private static double?[] Repeat(double value, int windows) => [.. Enumerable.Repeat<double?>(value, windows)];

    private static ImmutableSortedDictionary<string, double>?[] Buckets(double fast, string bound = "0.1") =>
        [.. Enumerable.Repeat(Windows(fast, bound), 20)];

    private static ImmutableSortedDictionary<string, double> Windows(double fast, string bound) =>
        ImmutableSortedDictionary<string, double>.Empty.Add(bound, fast).Add("+Inf", 1000);

    private static (Verdict Verdict, string Reason) Told(JudgeAnswer answer) => (answer.Verdict, answer.Reason);

    private static JudgeAnswer Made(string judge, JudgeConfig config, params ImmutableArray<MetricValues> metrics) =>
        Assert.IsType<Judgement<JudgeAnswer>.Made>(Judges.Judge(new(judge, metrics, config))).Answer;
}
