using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Monitors;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Cli.Tests.Harness;

/// <summary>The rollout of the seeds, beside whose metrics a page is checked.</summary>
internal static class MonitorSeed
{
    private const string Name = "pages/checkout";

    private static readonly MonitorCheck Check = new(
        "checkout-page", "https://production.shop.example.com/checkout", CheckMethod.Get, null, null, null, null,
        TimeSpan.FromSeconds(5),
        new([new(200, 200)], TimeSpan.FromMilliseconds(800), new("Your basket", null), TimeSpan.FromDays(14)), 2,
        "https://status.example.net/");

    public static RolloutSpec Spec { get; } = Seeds.Spec with
    {
        Background =
        [
            .. Seeds.Spec.Background,
            Seeds.Spec.Background[0] with
            {
                Name = Name, Source = new MetricSource.Monitor("checkout-page", Check), Unit = Unit.Count,
                Thresholds = new(null, null, null),
                Limits = Seeds.Spec.Background[0].Limits with { Timeout = Check.Longest },
            },
        ],
    };

    /// <summary>Its newest check holds.</summary>
    public static RolloutState Moving { get; } = With(
        Seeds.Moving, new Reading.Checked(true, "200 in 120 ms, certificate valid for 61d"));

    /// <summary>The newest two were seen failing by two servers.</summary>
    public static RolloutState GoingBack { get; } = With(
        Seeds.GoingBack with
        {
            Stage = ((Stage.GoingBack)Seeds.GoingBack.Stage) with
            {
                Cause = new Cause.MetricFailed(Name, "both servers: 503, and 200 is expected"),
            },
            Trail = null,
        },
        new Reading.Checked(false, "both servers: 503, and 200 is expected"));

    private static RolloutState With(RolloutState state, Reading newest)
    {
        var metric = Spec.Background[^1];
        var tally = Tally.From(Seeds.Moving.Exposure.FirstAt!.Value);
        for (var i = 0; i < 6; i++)
        {
            var reading = i < 4 ? new Reading.Checked(true, "200 in 118 ms") : newest;
            var measured = new Measurement(Name, Core.Analysis.Windows.At(metric, tally, i), reading);
            tally = ThresholdJudge.Add(tally, WindowJudge.Judge(metric, tally, measured, true, 0));
        }

        return state with { Tallies = state.Tallies.Add(Name, tally) };
    }
}
