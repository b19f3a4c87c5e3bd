using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Tests.Rollouts;

namespace OrleansRelease.Core.Tests.Planning;

public sealed class WhenMetricsMustHaveNumbers
{
    private static readonly RolloutSpec Spec = RolloutScenario.Plain with
    {
        MinimumTelemetry = [.. RolloutScenario.Plain.Background.Take(1).Select(metric => metric.Name)],
    };

    private static readonly string Needed = Spec.MinimumTelemetry!.Value[0];

    private static RolloutPlan Plan(Reading? reading) => RolloutPlan.Of(
        Spec, "sha256:one", VersionName.From("1.0.0"), asked: reading is null ? null : new AskedBefore(
            Telemetry: new Dictionary<string, Telemetry> { [Needed] = Telemetry.Of(reading) }));

    [Fact]
    public void It_starts_with_numbers_of_what_runs_now()
    {
        Assert.True(Plan(new Reading.Value(0)).IsReady);
        Assert.True(Plan(new Reading.Counts(0, 0)).IsReady);
        Assert.IsType<Telemetry.Present>(Plan(new Reading.Value(0)).JudgedOn[0].Telemetry);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void It_does_not_start_without_them_or_when_nobody_says_so(bool isAnswered)
    {
        var plan = Plan(isAnswered ? new Reading.NoData("there is no metric eror") : new Reading.Error("503"));

        var refusal = Assert.Single(plan.Refusals);
        Assert.Equal(RefusalCodes.NoTelemetry, refusal.Code);
        Assert.StartsWith($"{Needed} has no numbers", refusal.Reason, StringComparison.Ordinal);
        Assert.EndsWith(isAnswered ? "there is no metric eror" : "503", refusal.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nothing_runs_yet_nobody_asks() => Assert.True(Plan(reading: null).IsReady);
}
