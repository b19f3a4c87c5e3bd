using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Rollouts;
using static OrleansRelease.Core.Tests.Slos.BurningRollout;

namespace OrleansRelease.Core.Tests.Slos;

public sealed class WhenAnIncidentEndsBeforeARollout
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void An_incident_that_was_over_before_its_first_request_convicts_nobody()
    {
        // The hour has 4500 bad ones of before. Since then one of sixty: 16.667 times too fast, and chance in 1 of 17.
        var burning = new BurningRollout { OfAll = After(60, after => (after == Minute * 5 ? 1 : 0, 60)) }
            .For(Minute * 5);

        Assert.Equal(Verdict.Inconclusive, burning.Last(Whole)!.Verdict);
        Assert.EndsWith(
            "(page): 1 bad of 60 in 5m, which may be chance (1 in 17) and takes nothing back",
            burning.Last(Whole)!.Detail, StringComparison.Ordinal);
        Assert.Equal(4501, burning.Last(Whole)!.Burn!.Pairs[0].LongWindow.Bad);
        Assert.IsType<Stage.Moving>(burning.For(Hour * 8).Rollout.State.Stage);
    }

    [Fact]
    public void What_burns_by_an_incident_before_and_not_since_is_noted()
    {
        // Of 30 minutes one of 120 is bad, since its first request one of 240: 4.167 times too fast, and not 6 times.
        var burning = new BurningRollout { OfAll = After(90, after => (after == Hour ? 1 : 0, 20)) }.For(Hour);

        Assert.Equal(Verdict.Pass, burning.Last(Whole)!.Verdict);
        Assert.EndsWith(
            "both above 6× (page), by what was before the rollout", burning.Last(Whole)!.Detail,
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_it_burns_itself_after_an_incident_takes_it_back()
    {
        var burning = new BurningRollout { OfAll = After(60, _ => (500, 1000)) }.For(Hour);

        Assert.Equal(burning.Since + (Minute * 5), burning.Rollout.Now);
        Assert.EndsWith(
            "(page): 500 bad of 1000 in 5m", ((Stage.GoingBack)burning.Rollout.State.Stage).Cause.Text,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(30)]
    [InlineData(10)]
    [InlineData(5)]
    public void What_is_to_put_out_an_incident_that_goes_on_is_not_taken_back_however_short_it_was(int minutes)
    {
        // 50 times too fast: of six hours more than the factor once it has lasted for 43 minutes.
        var burning = new BurningRollout { OfAll = after => (after > -Minute * minutes ? 500 : 0, 10_000) };

        Assert.IsType<Stage.Moving>(burning.For(Hour * 12).Rollout.State.Stage);
        Assert.EndsWith(
            "both above 14.4× (page), since before the rollout", burning.Last(Whole)!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void One_bad_request_just_before_it_is_no_incident()
    {
        var burning = new BurningRollout
        {
            OfAll = after => (after == TimeSpan.Zero ? 1 : after > TimeSpan.Zero ? 50 : 0, 100),
        }.For(Hour);

        Assert.Contains("slo/availability/whole", ((Stage.GoingBack)burning.Rollout.State.Stage).Cause.Text);
    }

    // An incident of 50 minutes that began so many minutes before the first request; half of a thousand are bad.
    private static Func<TimeSpan, (double, double)?> After(int minutes, Func<TimeSpan, (double, double)> since) =>
        after => after > TimeSpan.Zero ? since(after)
            : after > -Minute * minutes && after <= -Minute * (minutes - 50) ? (500, 1000)
            : (0, 1000);
}
