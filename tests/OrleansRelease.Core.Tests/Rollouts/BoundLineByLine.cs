using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Rollouts;

/// <summary>Every limit in one specification, each with a number of its own; the sums are worked out by hand.</summary>
public sealed class BoundLineByLine
{
    private static readonly MetricSpec Errors = RolloutScenario.Plain.Background[0] with
    {
        // Every 10 s, 1 s to answer, first after 60 s; one failure, four without data, three errors are allowed.
        Limits = new(Seconds(10), Seconds(1), Seconds(60), null, 1, 3, 4, 3, null, 10),
    };

    private static readonly RolloutSpec Spec = RolloutScenario.Plain with
    {
        Background = [Errors],
        Undecided = new(TimeSpan.FromMinutes(15), UndecidedThen.Rollback),
        Target = RolloutScenario.Plain.Target with
        {
            // 30 + 4 + 30
            DeployLimits = new(Seconds(30), 2, Seconds(4)),
            RetireLimits = new(Seconds(1000), 9, Seconds(1)),
        },
        Traffic = RolloutScenario.Plain.Traffic with
        {
            Url = new Uri("http://router"),
            RequestTimeout = Seconds(7),
            // 5 + 1 + 5 + 2 + 5
            Limits = new(Seconds(5), 3, Seconds(1)),
        },
        Metrics = new("http", new Uri("http://numbers"), null, Seconds(2)),
    };

    private static Bound Bound => Of(Spec);

    [Fact]
    public void Finding_out_is_the_sum_of_these()
    {
        Assert.Equal(
            [
                "request time-out 7", "source delay 2.5", "clocks apart 0.5", "initial delay 60",
                "interval × (failureLimit 1 + 2) 30", "query time-out 1",
            ],
            Lines(Bound.Detect));
        Assert.Equal(Seconds(7 + 2.5 + 0.5 + 60 + 30 + 1), Bound.DetectTotal);
    }

    [Fact]
    public void Going_back_is_the_sum_of_these()
    {
        Assert.Equal(["old version checked 64", "traffic back 18", "one failover 15"], Lines(Bound.Back));
        Assert.Equal(Seconds(64 + 18 + 15), Bound.BackTotal);
        Assert.Equal(Bound.BackTotal, Core.Rollouts.Bound.BackTotalOf(Spec, hasBaseline: true));
    }

    [Fact]
    public void In_all_it_is_both() => Assert.Equal(Seconds(101 + 97), Bound.Total);

    [Fact]
    public void A_first_version_has_no_old_one_to_be_checked()
    {
        var bound = Core.Rollouts.Bound.Of(Spec, hasBaseline: false)!;

        Assert.Equal(["traffic back 18", "one failover 15"], Lines(bound.Back));
        Assert.Equal(Seconds(18 + 15), Core.Rollouts.Bound.BackTotalOf(Spec, hasBaseline: false));
    }

    [Theory]
    [InlineData(0, 20)]
    [InlineData(1, 30)]
    [InlineData(4, 60)]
    public void Each_failure_that_is_allowed_costs_an_interval(int failureLimit, int seconds)
    {
        var bound = Of(With(Errors with { Limits = Errors.Limits with { FailureLimit = failureLimit } }));

        Assert.Contains($"interval × (failureLimit {failureLimit} + 2) {seconds}", Lines(bound.Detect));
    }

    [Theory]
    [InlineData("ratio", true, "source delay 2.5", "clocks apart 0.5")]
    [InlineData("ratio", false, "source delay 2", null)]
    [InlineData("query", true, "source delay 2.5", "clocks apart 0.5")]
    [InlineData("query", false, "source delay 2", null)]
    // Routers count in buckets of a second; their delay is that of a bucket.
    [InlineData("traffic", true, "source delay 1", "clocks apart 0.5")]
    [InlineData("traffic", false, "source delay 1", null)]
    [InlineData("target", true, "source delay 0", null)]
    [InlineData("target", false, "source delay 0", null)]
    public void A_source_costs_its_delay_and_elsewhere_its_clock(
        string source, bool elsewhere, string delay, string? clocks)
    {
        var spec = With(Errors with { Source = SourceOf(source) });
        if (!elsewhere)
        {
            spec = spec with
            {
                Traffic = spec.Traffic with { Url = null },
                Metrics = spec.Metrics! with { Url = null },
            };
        }

        var lines = Lines(Of(spec).Detect);

        Assert.Contains(delay, lines);
        Assert.Equal(clocks, lines.SingleOrDefault(line => line.StartsWith("clocks", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("ratio", 7, true)]
    [InlineData("query", 7, true)]
    [InlineData("traffic", 7, true)]
    [InlineData("target", 7, false)]
    [InlineData("ratio", null, false)]
    public void A_request_that_hangs_is_counted_late_except_by_the_target(string source, int? timeout, bool costs)
    {
        var spec = With(Errors with { Source = SourceOf(source) });
        spec = spec with
        {
            Traffic = spec.Traffic with { RequestTimeout = timeout is { } seconds ? Seconds(seconds) : null },
        };

        Assert.Equal(costs, Lines(Of(spec).Detect).Contains("request time-out 7"));
    }

    [Fact]
    public void The_slowest_metric_with_a_hard_limit_makes_it()
    {
        var slow = Errors with { Name = "signals/slow", Limits = Errors.Limits with { Timeout = Seconds(2) } };
        var free = slow with { Name = "signals/free", Thresholds = new(null, null, null) };
        var dry = slow with { Name = "signals/dry", DryRun = true };
        var slowest = Errors.Limits with { Timeout = Seconds(9) };
        var bound = Of(With(Errors, slow, free with { Limits = slowest }, dry with { Limits = slowest }));

        Assert.Equal(("signals/slow", Seconds(102)), (bound.Metric, bound.DetectTotal));
    }

    [Theory]
    [InlineData(0.05, null, null, true)]
    [InlineData(null, 0.05, null, true)]
    [InlineData(null, null, 0.05, true)]
    [InlineData(null, null, null, false)]
    public void Without_a_hard_limit_there_is_none(double? max, double? min, double? failAbove, bool exists)
    {
        var spec = With(Errors with { Thresholds = new(max, min, failAbove) });

        Assert.Equal(exists, Core.Rollouts.Bound.Of(spec, hasBaseline: true) is not null);
    }

    [Theory]
    // 7 s request + 2.5 s delay + 0.5 s clocks + 60 s initial + 1 s query + 900 s hold + 97 s back = 1068 s, and
    // 10 s × (4 + 2)
    [InlineData(4, 3, 1128)]
    // 10 s × (6 + 2): whichever of the two limits is the longer one
    [InlineData(4, 6, 1148)]
    [InlineData(0, 0, 1088)]
    public void Without_evidence_it_is_until_that_is_noticed_the_hold_and_the_way_back(
        int noDataLimit, int errorLimit, int seconds)
    {
        var limits = Errors.Limits with { NoDataLimit = noDataLimit, ConsecutiveErrorLimit = errorLimit };

        Assert.Equal(Seconds(seconds), Of(With(Errors with { Limits = limits })).WithoutEvidence);
    }

    [Fact]
    public void Without_evidence_every_metric_counts_that_is_no_dry_run()
    {
        var seldom = Errors.Limits with { Interval = Seconds(20) };
        var free = Errors with { Name = "signals/free", Thresholds = new(null, null, null), Limits = seldom };
        var dry = Errors with { DryRun = true, Limits = seldom with { Interval = Seconds(100) } };

        // 1068 s + 20 s × (4 + 2)
        Assert.Equal(Seconds(1188), Of(With(Errors, free, dry)).WithoutEvidence);
    }

    [Fact]
    public void A_source_that_is_silent_from_the_start_is_given_up_within_it()
    {
        var limits = RolloutScenario.Plain.Background[0].Limits with { InitialDelay = TimeSpan.FromMinutes(5) };
        var rollout = new RolloutScenario(plain => plain with
        {
            Background = [plain.Background[0] with { Limits = limits }],
        }).AtFivePercent();
        var announced = Of(rollout.Spec);
        var latest = rollout.Now + announced.WithoutEvidence - announced.BackTotal;

        while (rollout.State.Phase != Phase.RollingBack && rollout.Now <= latest)
            rollout.After(Seconds(5)).Measured(new Reading.NoData("no series"));

        Assert.Equal(Phase.RollingBack, rollout.State.Phase);
    }

    private static RolloutSpec With(params ImmutableArray<MetricSpec> metrics) => Spec with { Background = metrics };

    private static Bound Of(RolloutSpec spec) => Core.Rollouts.Bound.Of(spec, hasBaseline: true)!;

    private static MetricSource SourceOf(string word) => word switch
    {
        "ratio" => new MetricSource.Ratio("bad", null, "total"),
        "query" => new MetricSource.Query("p99"),
        "traffic" => new MetricSource.Traffic("errors"),
        "target" => new MetricSource.Target("restarts"),
        _ => throw new ArgumentOutOfRangeException(nameof(word), word, "no source is called this"),
    };

    private static List<string> Lines(ImmutableArray<BoundPart> parts) =>
        [.. parts.Select(part => FormattableString.Invariant($"{part.What} {part.AtMost.TotalSeconds}"))];

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
