using OrleansRelease.Core.Analysis;

namespace OrleansRelease.Core.Tests.Analysis;

public sealed class JudgingMonitors
{
    private static readonly MetricSpec Page =
        Measured.Metric() with { Source = new MetricSource.Monitor("page") };

    private static Judged Judge(Reading reading, bool undisturbed = true) => WindowJudge.Judge(
        Page, Tally.From(Measured.Nine), new("signals/one", Measured.Window(0), reading), undisturbed, alike: 1);

    [Fact]
    public void What_holds_passes_and_what_does_not_fails_with_the_words()
    {
        var good = Judge(new Reading.Checked(true, "200 in 12 ms"));
        var bad = Judge(new Reading.Checked(false, "both servers: 503"));
        Assert.Equal((Verdict.Pass, "200 in 12 ms"), (good.Verdict, good.Detail));
        Assert.Equal((Verdict.Fail, "both servers: 503", null), (bad.Verdict, bad.Detail, bad.Number));
    }

    [Fact]
    public void Doubt_is_an_error_and_no_success() =>
        Assert.Equal(Verdict.Error, Judge(new Reading.Error("servers do not agree")).Verdict);

    [Fact]
    public void While_a_share_changes_it_can_convict_and_not_acquit()
    {
        Assert.False(Judge(new Reading.Checked(true, "200"), undisturbed: false).Counted);
        Assert.True(Judge(new Reading.Checked(false, "503"), undisturbed: false).Counted);
    }

    [Fact]
    public void It_is_no_hard_limit_and_cannot_be_asked_later()
    {
        Assert.False(Page.Thresholds.IsHard);
        Assert.False(Page.Source.CanLookBack);
        Assert.False(Page.Source.IsQueried);
        Assert.Equal("monitor page", Page.LimitsText);
    }
}
