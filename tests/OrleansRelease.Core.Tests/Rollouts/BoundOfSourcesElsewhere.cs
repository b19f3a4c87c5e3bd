using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Rollouts;

/// <summary>Routers and sources that are real end requests by a limit and have clocks of their own.</summary>
public sealed class BoundOfSourcesElsewhere
{
    private static readonly RolloutSpec Elsewhere = RolloutScenario.Plain with
    {
        Traffic = RolloutScenario.Plain.Traffic with
        {
            Url = new Uri("http://router"),
            RequestTimeout = TimeSpan.FromSeconds(10),
        },
        Metrics = new MetricsConnection("http", new Uri("http://numbers"), null, TimeSpan.FromSeconds(2)),
    };

    [Fact]
    public void A_query_adds_the_request_that_hangs_the_delay_and_the_clocks()
    {
        // 10 s silent + (2 s + 0.5 s) until it is read + 0.5 s ahead + 60 s × (1 + 2) + 5 s of asking
        Assert.Equal(TimeSpan.FromSeconds(198), Bound.Of(Elsewhere, hasBaseline: true)!.DetectTotal);
    }

    [Fact]
    public void A_count_of_the_router_adds_the_request_that_hangs_the_delay_and_the_clocks()
    {
        var spec = With(new MetricSource.Traffic("errors"));

        // 10 s silent + 1 s until it is counted + 0.5 s ahead + 60 s × (1 + 2) + 5 s of asking
        Assert.Equal(TimeSpan.FromSeconds(196.5), Bound.Of(spec, hasBaseline: true)!.DetectTotal);
    }

    [Fact]
    public void What_the_target_counts_waits_for_no_request_and_no_clock()
    {
        var spec = With(new MetricSource.Target("restarts"));

        // 60 s × (1 + 2) + 5 s of asking
        Assert.Equal(TimeSpan.FromSeconds(185), Bound.Of(spec, hasBaseline: true)!.DetectTotal);
    }

    [Theory]
    [InlineData(499, false)]
    [InlineData(500, true)]
    public void A_window_acquits_only_if_it_began_after_the_change_by_any_clock_that_is_taken(
        int milliseconds, bool acquits)
    {
        var errors = Elsewhere.Background[0];
        var often = errors.Limits with { Interval = TimeSpan.FromSeconds(2), Timeout = TimeSpan.FromSeconds(1) };
        var spec = Elsewhere with { Background = [errors with { Limits = often }] };
        var rollout = new RolloutScenario(_ => spec).Permitted().Healthy().Applied().Healthy();
        // Windows tile from the begin of the change; it is seen to hold so much before the second of them begins.
        rollout.After(often.Interval - TimeSpan.FromMilliseconds(milliseconds)).Applied();

        var good = new Reading.Counts(0, 100);
        rollout.After(TimeSpan.FromSeconds(5.5)).Measured(good).Measured(good);

        var judged = rollout.State.Tallies["signals/errors"].Last!;
        Assert.Equal((1, acquits), (judged.Window.Number, judged.Counted));
    }

    [Fact]
    public void An_explanation_names_the_clock_that_is_off()
    {
        const string reason = "the clock of http://numbers is 10.0 s ahead of this server's";
        var rollout = new RolloutScenario(_ => Elsewhere).AtFivePercent();
        for (var window = 0; window < 8; window++)
            rollout.After(TimeSpan.FromMinutes(1)).Measured(new Reading.Error(reason));

        var explained = Explaining.Explain.Of(rollout.Spec, rollout.Row, rollout.Now);

        Assert.Contains(reason, explained.Because[0], StringComparison.Ordinal);
    }

    private static RolloutSpec With(MetricSource source) =>
        Elsewhere with { Background = [Elsewhere.Background[0] with { Source = source }] };
}
