using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slos;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Tests.Rollouts;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Tests.Slos;

/// <summary>
/// A rollout at 5 %, paused for a day, of a service with one objective of 99.9 %; its own metric is always good.
/// </summary>
internal sealed class BurningRollout
{
    public const string Candidate = "slo/availability/candidate";

    public const string Whole = "slo/availability/whole";

    public BurningRollout(Func<RolloutSpec, RolloutSpec>? change = null)
    {
        Rollout = new RolloutScenario(spec => (change ?? (same => same))(spec with
        {
            Steps =
            [
                new Step.Deploy(), new Step.SetWeight(Weight.Percent(5)), new Step.Pause(TimeSpan.FromDays(5)),
                new Step.SetWeight(Weight.All), new Step.Verify(TimeSpan.FromMinutes(2)),
            ],
            Slos = [Counted.Availability with { Source = Source }],
        })).AtFivePercent();
        Since = Rollout.State.Exposure.FirstAt!.Value;
    }

    public static MetricSource.Ratio Source { get; } = new(
        "sum(increase(http_total{v=\"{{version}}\",code=~\"5..\"}[{{window}}]))", null,
        "sum(increase(http_total{v=\"{{version}}\"}[{{window}}]))");

    public RolloutScenario Rollout { get; }

    public DateTimeOffset Since { get; }

    /// <summary>The counts of a tile that ends so long after the first request of the candidate.</summary>
    public Func<TimeSpan, (double Bad, double Total)?> Own { get; init; } = _ => (0, 500);

    /// <summary>The same of all versions; before the candidate it is negative.</summary>
    public Func<TimeSpan, (double Bad, double Total)?> OfAll { get; init; } = _ => (0, 10_000);

    /// <summary>What the source says instead of counts; null: the counts.</summary>
    public Reading? Instead { get; set; }

    public bool IsBack => Rollout.State.Stage is Stage.GoingBack;

    public Judged? Last(string metric) => Rollout.State.Tallies[metric].Last;

    public BurningRollout For(TimeSpan time)
    {
        for (var end = Rollout.Now + time; Rollout.Now < end && !IsBack;)
        {
            Rollout.Unseen(TimeSpan.FromMinutes(1));
            Rollout.Take(Answers());
        }

        return this;
    }

    public RolloutInput.Answered Answers() => new(
        [.. Questions.Due(Rollout.Spec, Rollout.State, Rollout.Now).Metrics.Select(Answer)], null);

    private Measurement Answer(MetricQuestion question)
    {
        if (question.Metric.Burn is not { } burn)
            return new(question.Key, question.Window, new Reading.Counts(0, 1000));
        if (Instead is not null) return new(question.Key, question.Window, Instead);
        var isWhole = burn.Scope == BurnScope.Whole;
        var pairs = burn.Measure(
            Tiles(isWhole, question.Window.End), BurnOf.SinceOf(question.Window), question.Window.End);
        return new(
            question.Key, question.Window,
            pairs.IsEmpty
                ? new Reading.Error("contradiction")
                : new Reading.Counts(pairs[0].ShortWindow.Bad, pairs[0].ShortWindow.Total),
            Burn: pairs);
    }

    private ImmutableArray<Tile> Tiles(bool isWhole, DateTimeOffset end)
    {
        var first = isWhole ? -864 : 0;
        var tiles = ImmutableArray.CreateBuilder<Tile>();
        for (var n = first + 1; Since + (BurnOf.Tile * n) <= end; n++)
        {
            if ((isWhole ? OfAll : Own)(BurnOf.Tile * n) is var (bad, total))
                tiles.Add(new(Since + (BurnOf.Tile * n), bad, total));
        }

        return tiles.ToImmutable();
    }
}
