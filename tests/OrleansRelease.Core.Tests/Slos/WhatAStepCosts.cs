using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slos;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Tests.Rollouts;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Tests.Slos;

public sealed class WhatAStepCosts
{
    private static readonly VersionName Baseline = VersionName.From("1.0.0");

    // 10 % for ten minutes, then everything, verified for 15: the limit is 5 %.
    private static RolloutSpec Spec { get; } = RolloutScenario.Plain with
    {
        Steps =
        [
            new Step.Deploy(), new Step.SetWeight(Weight.Percent(10)), new Step.Pause(TimeSpan.FromMinutes(10)),
            new Step.SetWeight(Weight.All), new Step.Verify(TimeSpan.FromMinutes(15)),
        ],
        Background = [Metric(max: 0.05)],
        RollbackWithin = TimeSpan.FromHours(1),
        Slos = [Counted.Availability],
        DegradationBudget = 0.25m,
    };

    private static TimeSpan BoundOf(RolloutSpec spec) => Bound.Of(spec, hasBaseline: true)!.Total;

    private static MetricSpec Metric(double? max, double? failAbove = null, bool dryRun = false) => new(
        Counted.Availability.Metric, Counted.Availability.Source, Unit.Ratio, new(max, null, failAbove),
        new(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(5), TimeSpan.Zero, null, 1, 3, 3, 4, null, 10), dryRun);

    private static BudgetLeft.Measured Left(double minutes) =>
        new(minutes / 43.2, TimeSpan.FromMinutes(minutes), TimeSpan.FromDays(30));

    private static RolloutPlan Plan(BudgetLeft? left, RolloutSpec? spec = null) => RolloutPlan.Of(
        spec ?? Spec, "sha256:one", Baseline, null,
        left is null ? null : new AskedBefore(new Dictionary<string, BudgetLeft> { ["availability"] = left }));

    [Fact]
    public void Its_share_is_bad_for_as_long_as_the_bound_says()
    {
        var price = Assert.Single(SloPrice.Of(Spec, BoundOf(Spec)));

        Assert.Equal([Weight.Percent(10), Weight.All], price.Steps.Select(step => step.Share));
        Assert.Equal(BoundOf(Spec) * 0.1, price.Steps[0].Outage);
        Assert.Equal(BoundOf(Spec), price.Steps[1].Outage);
        // 10 % × 5 % × 10 minutes; everything × 5 % × 15 minutes.
        Assert.Equal([TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(45)], price.Steps.Select(step => step.Unnoticed));
        Assert.Equal(price.Steps[1], price.Dearest);
        Assert.Equal(new TimeSpan(0, 43, 12), price.Budget);
    }

    [Fact]
    public void What_was_set_aside_is_claimed_of_what_is_left_by_then_where_somebody_knows_that()
    {
        var reserved = SloPrice.Reserved(Spec, BoundOf(Spec))!.Value;

        Assert.Equal(new(reserved[0], TimeSpan.FromMinutes(12), 0.25m), Now(Left(12)).Claims[0]);
        Assert.Equal(TimeSpan.Zero, Now(Left(-3)).Claims[0].Left);
        Assert.Equal(Counted.Availability.Budget, Now(null).Claims[0].Left);
        var silent = Now(new BudgetLeft.Unanswered("connection refused"));
        Assert.Equal(RefusalCodes.BudgetUnknown, silent.Unknown?.Code);
        Assert.EndsWith("connection refused", silent.Unknown!.Reason, StringComparison.Ordinal);
        Assert.Empty(silent.Claims);

        (ImmutableArray<BudgetClaim> Claims, Refusal? Unknown) Now(BudgetLeft? left) => SloPrice.ClaimsNow(
            Spec, reserved, left is null
                ? ImmutableDictionary<string, BudgetLeft>.Empty
                : new Dictionary<string, BudgetLeft> { ["availability"] = left });
    }

    [Fact]
    public void What_no_limit_convicts_costs_for_as_long_as_it_lasts()
    {
        // Up to 90 % bad for 15 minutes is more than everything for as long as the bound.
        var spec = Spec with { Background = [Metric(max: 0.05, failAbove: 0.9)] };
        var price = Assert.Single(SloPrice.Of(spec, BoundOf(spec)));

        Assert.True(BoundOf(spec) < TimeSpan.FromMinutes(13.5));
        Assert.Equal(TimeSpan.FromMinutes(13.5), price.Dearest.Price);
    }

    /// <summary>A least of the good ones is a most of the bad ones; whichever of both convicts sooner.</summary>
    [Theory]
    [InlineData(null, null, 0.95, 45)]
    [InlineData(0.1, null, 0.95, 45)]
    [InlineData(0.05, null, 0.5, 45)]
    [InlineData(0.05, 0.1, 0.9, 90)]
    public void What_a_least_of_good_ones_does_not_convict_costs_as_well(
        double? max, double? failAbove, double min, double seconds)
    {
        var metric = Metric(max, failAbove);
        var spec = Spec with { Background = [metric with { Thresholds = metric.Thresholds with { Min = min } }] };

        var price = Assert.Single(SloPrice.Of(spec, BoundOf(spec)));

        Assert.Equal(seconds, price.Steps[1].Unnoticed.TotalSeconds, 3);
    }

    [Fact]
    public void An_analysis_lasts_for_as_many_measurements_as_it_needs()
    {
        var metric = Metric(max: 0.05);
        metric = metric with { Limits = metric.Limits with { InitialDelay = TimeSpan.FromMinutes(1), Count = 9 } };
        var spec = Spec with
        {
            Steps = [.. Spec.Steps.Select(step => step is Step.Pause ? new Step.Analyse([metric]) : step)],
        };

        Assert.Equal(TimeSpan.FromMinutes(10), spec.Steps[2].AtLeast);
        Assert.Equal(TimeSpan.FromSeconds(3), SloPrice.Of(spec, BoundOf(spec))[0].Steps[0].Unnoticed);
    }

    [Fact]
    public void What_is_at_its_version_already_costs_nothing()
    {
        var plan = RolloutPlan.Of(
            Spec with { DegradationBudget = 0.01m }, "sha256:one", Spec.Version, releaseBound: TimeSpan.FromHours(1));

        Assert.Null(plan.Prices);
        Assert.Equal(RefusalCodes.AlreadyStable, Assert.Single(plan.Refusals).Code);
    }

    [Fact]
    public void It_has_no_price_where_nothing_ends_an_outage()
    {
        Assert.Empty(Prices(Metric(max: null)));
        Assert.Empty(Prices(Metric(max: 0.05, dryRun: true)));
        Assert.Empty(Prices(Metric(max: 0.05) with { Name = "other/errors" }));
        Assert.Empty(SloPrice.Of(Spec with { Slos = null }, BoundOf(Spec)));

        ImmutableArray<SloPrice> Prices(MetricSpec metric) =>
            SloPrice.Of(Spec with { Background = [metric] }, BoundOf(Spec));
    }

    [Fact]
    public void A_step_that_costs_a_quarter_of_what_is_left_may_go_and_one_second_dearer_may_not()
    {
        var quarter = BoundOf(Spec) * 4;

        Assert.True(Plan(Left(quarter.TotalMinutes)).IsReady);
        var refusal = Assert.Single(Plan(Left((quarter - TimeSpan.FromSeconds(4)).TotalMinutes)).Refusals);
        Assert.Equal(RefusalCodes.BudgetExceeded, refusal.Code);
        Assert.StartsWith(
            $"availability: dearest step 100 %: {Duration.Format(BoundOf(Spec))} of full outage = 25.",
            refusal.Reason, StringComparison.Ordinal);
        Assert.EndsWith("(limit 25 %): more than degradationBudget", refusal.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void As_a_part_of_a_release_it_is_bad_until_others_have_gone_back_before_it()
    {
        var plan = RolloutPlan.Of(Spec, "sha256:one", Baseline, releaseBound: TimeSpan.FromMinutes(20));

        Assert.Equal(TimeSpan.FromMinutes(20), plan.Prices!.Value[0].Dearest.Price);
        Assert.False(plan.IsReady);
    }

    [Fact]
    public void It_is_only_shown_where_nobody_said_what_it_may_be()
    {
        var plan = Plan(Left(0.1), Spec with { DegradationBudget = null });

        Assert.True(plan.IsReady);
        Assert.Contains("of the 6s error budget left", plan.Prices!.Value[0].Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_starts_on_a_budget_that_is_spent()
    {
        var refusal = Assert.Single(Plan(Left(-3)).Refusals);

        Assert.Equal(RefusalCodes.BudgetExceeded, refusal.Code);
        Assert.StartsWith("nothing is left of the 43m12s error budget", refusal.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_emergency_starts_on_what_is_spent_or_nobody_knows_and_says_what_it_costs()
    {
        foreach (var left in new BudgetLeft[]
        {
            Left(-3), Left(0.1), new BudgetLeft.Unanswered("connection refused"),
        })
        {
            var plan = RolloutPlan.Of(
                Spec, "sha256:one", Baseline,
                asked: new AskedBefore(new Dictionary<string, BudgetLeft> { ["availability"] = left }),
                emergency: "INC-4711: payments fail");

            Assert.True(plan.IsReady, string.Join("; ", plan.Refusals));
            Assert.Equal("INC-4711: payments fail", plan.Emergency);
            Assert.NotEmpty(plan.Prices!.Value);
        }
    }

    [Fact]
    public void A_service_without_history_may_start_on_all_of_its_budget_and_no_more()
    {
        Assert.True(Plan(new BudgetLeft.NoHistory()).IsReady);
        Assert.True(Plan(left: null).IsReady);
        Assert.IsType<BudgetLeft.NotAsked>(Plan(left: null).Prices!.Value[0].Left);
        // What is too dear for all of it is too dear for whatever is left.
        Assert.False(Plan(new BudgetLeft.NoHistory(), Spec with { DegradationBudget = 0.01m }).IsReady);
        Assert.False(Plan(left: null, Spec with { DegradationBudget = 0.01m }).IsReady);
    }

    [Fact]
    public void A_source_that_does_not_answer_is_no_budget()
    {
        var refusal = Assert.Single(Plan(new BudgetLeft.Unanswered("503")).Refusals);

        Assert.Equal(RefusalCodes.BudgetUnknown, refusal.Code);
        Assert.Contains("503", refusal.Reason, StringComparison.Ordinal);
        Assert.True(Plan(new BudgetLeft.Unanswered("503"), Spec with { DegradationBudget = null }).IsReady);
    }

    [Fact]
    public void The_worked_example_comes_out()
    {
        // 3m35s at most at 100 %, 26m21s left: 215 ÷ 1581 = 13.6 %.
        var price = new SloPrice(
            "availability", Counted.Availability.Budget, Left(26.35), 0.25m,
            [new StepPrice(Weight.All, new TimeSpan(0, 3, 35), TimeSpan.FromSeconds(45))]);

        Assert.Equal(
            "availability: dearest step 100 %: 3m35s of full outage = 13.6 % of the 26m21s error budget left "
            + "(limit 25 %)", price.Text());
        Assert.Null(price.Forbidden());
    }
}
