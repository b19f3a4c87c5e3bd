using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Tests.Simulation;

/// <summary>A random specification that the rules for manifests would let through.</summary>
internal static class SpecOfASeed
{
    public static RolloutSpec Make(Dice dice)
    {
        var background = Background(dice);
        return new RolloutSpec(
            ServiceName.From("checkout"), EnvironmentName.From("production"), VersionName.From("v2"), null, "payments",
            null, "seeded", Steps(dice), background,
            new Readiness("/healthz", TimeSpan.FromSeconds(30), TimeSpan.Zero),
            new UndecidedRule(dice.Seconds(10, 60), dice.Chance(0.7) ? UndecidedThen.Rollback : UndecidedThen.Hold),
            TimeSpan.FromHours(1), TimeSpan.FromMinutes(1), WhenBusy.Supersede, 5,
            new TargetConnection("simulated", ImmutableSortedDictionary<string, string>.Empty, [], Repeat.Absolute,
                Fencing.Stored, Limits(dice, 5, 20), Limits(dice, 2, 10)),
            new TrafficConnection("simulated", null, null, Repeat.Absolute, Fencing.Stored, Limits(dice, 2, 6)),
            new MetricsConnection("simulated", null, null, dice.Pick(TimeSpan.Zero, TimeSpan.FromSeconds(3))));
    }

    private static EffectLimits Limits(Dice dice, int least, int most) => new(
        TimeSpan.FromSeconds(dice.Between(least, most)), dice.Between(1, 4),
        TimeSpan.FromSeconds(dice.Between(1, 2)));

    private static ImmutableArray<Step> Steps(Dice dice)
    {
        var steps = ImmutableArray.CreateBuilder<Step>();
        steps.Add(new Step.Deploy());
        if (dice.Chance(0.1)) steps.Add(new Step.Pause(dice.Seconds(1, 5)));
        var canaries = dice.Chance(0.3) ? 0 : dice.Between(1, 3);
        for (var i = 1; i <= canaries; i++)
        {
            steps.Add(new Step.SetWeight(new Weight((i * 2000) + dice.Between(1, 1500))));
            if (dice.Chance(0.6)) steps.Add(new Step.Pause(dice.Chance(0.1) ? null : dice.Seconds(2, 20)));
            if (dice.Chance(0.3)) steps.Add(new Step.Analyse([Counted(dice, "step/errors", dice.Chance(0.2))]));
        }

        steps.Add(new Step.SetWeight(Weight.All));
        steps.Add(new Step.Verify(dice.Seconds(0, 25)));
        return steps.ToImmutable();
    }

    private static ImmutableArray<MetricSpec> Background(Dice dice)
    {
        var metrics = ImmutableArray.CreateBuilder<MetricSpec>();
        metrics.Add(Errors(dice, "golden/errors", LimitsOf(dice), dryRun: false));
        if (dice.Chance(0.4)) metrics.Add(Slowness(dice, dryRun: dice.Chance(0.2)));
        if (dice.Chance(0.3)) metrics.Add(Restarts(dice, dryRun: dice.Chance(0.2)));
        return metrics.ToImmutable();
    }

    private static MetricSpec Errors(Dice dice, string name, MetricLimits limits, bool dryRun) => new(
        name,
        dice.Chance(0.5) ? new MetricSource.Traffic("errors") : new MetricSource.Ratio("bad", null, "total"),
        Unit.Ratio, new Thresholds(0.05, null, dice.Chance(0.2) ? 0.15 : null), limits, dryRun);

    private static MetricSpec Counted(Dice dice, string name, bool dryRun) => Errors(
        dice, name,
        dice.Chance(0.5)
            ? LimitsOf(dice) with { Count = dice.Between(1, 3) }
            : LimitsOf(dice) with { ConsecutiveSuccessLimit = dice.Between(1, 3) },
        dryRun);

    private static MetricSpec Slowness(Dice dice, bool dryRun) => new(
        "golden/p99", new MetricSource.Query("p99"), Unit.Seconds,
        new Thresholds(0.5, null, dice.Chance(0.5) ? 2 : null), LimitsOf(dice), dryRun);

    private static MetricSpec Restarts(Dice dice, bool dryRun) => new(
        "golden/restarts", new MetricSource.Target("restarts"), Unit.Count, new Thresholds(0, null, null),
        LimitsOf(dice), dryRun);

    private static MetricLimits LimitsOf(Dice dice) => new(
        TimeSpan.FromSeconds(dice.Between(2, 10)), TimeSpan.FromSeconds(dice.Between(1, 4)),
        dice.Chance(0.3) ? dice.Seconds(1, 5) : TimeSpan.Zero, null, dice.Between(0, 2), dice.Between(0, 1),
        dice.Between(0, 3), dice.Between(0, 3), null, dice.Chance(0.5) ? 0 : dice.Between(1, 5));
}
