using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slos;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Cli.Tests.Harness;

/// <summary>The rollout of the seeds, of a service with an objective whose counts come of Prometheus.</summary>
internal static class BurningSeed
{
    private const string Requests = "sum(increase(requests{version=\"{{version}}\"}[{{window}}]))";

    public static RolloutSpec Spec { get; } = Seeds.Spec with
    {
        Metrics = Seeds.Spec.Metrics! with { Adapter = MetricsConnection.Prometheus },
        Slos =
        [
            new(
                "availability", 0.999m, TimeSpan.FromDays(30), "golden-signals/errors",
                new MetricSource.Ratio(Requests, null, Requests), TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(5), 10),
        ],
    };

    /// <summary>Three looks: of the candidate the newest may be chance, of all nobody has said anything.</summary>
    public static RolloutState Moving { get; } = Seeds.Moving with
    {
        Tallies = Seeds.Moving.Tallies
            .Add("slo/availability/candidate", Tally(Spec.Burns[0], new Reading.Counts(1, 40)))
            .Add("slo/availability/whole", Tally(Spec.Burns[1], new Reading.NoData("total: no answer within 10s"))),
    };

    private static Tally Tally(MetricSpec metric, Reading reading)
    {
        var tally = Core.Analysis.Tally.From(Seeds.Moving.Exposure.FirstAt!.Value);
        for (var look = 0; look < 3; look++)
        {
            var window = Core.Analysis.Windows.At(metric, tally, look);
            var newest = look < 2 && reading is Reading.Counts ? new Reading.Counts(0, 40) : reading;
            var series = new TileSeries(
                BurnOf.Tile, newest is Reading.Counts(var bad, var total) ? [new Tile(window.End, bad, total)] : []);
            var measured = new Measurement(
                metric.Name, window, newest,
                Burn: newest is Reading.Counts ? BurnJudge.Measure(metric.Burn!.Slo, series, window.End) : null);
            tally = ThresholdJudge.Add(tally, WindowJudge.Judge(metric, tally, measured, true, 0));
        }

        return tally;
    }
}
