using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Freezes;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Rollouts;

public sealed class WhenAServiceRequiresOthers
{
    private static readonly ServiceName Cart = ServiceName.From("cart");

    private static RolloutScenario Permitted() =>
        new RolloutScenario(spec => spec with { Requires = [new(Cart, VersionName.From("1.9.0"))] }).Permitted();

    [Fact]
    public void No_step_forward_is_made_before_what_is_stable_was_read()
    {
        var rollout = Permitted().Healthy();
        Assert.IsType<Work.Gated>(rollout.State.Work);
        Assert.Equal("deploy waits: what is stable of cart is being asked", Why(rollout));
    }

    [Theory]
    [InlineData("1.9.0", true)]
    [InlineData("1.8.2", false)]
    [InlineData(null, false)]
    public void It_goes_on_where_the_version_or_a_later_one_is_stable(string? stable, bool goesOn) =>
        Assert.Equal(goesOn, Answered(Permitted(), stable).State.Work is Work.Acting);

    [Fact]
    public void One_that_was_replaced_by_an_older_one_stops_the_next_step_and_a_promote_skips_it_not()
    {
        var rollout = AtTheNextStep("1.8.2");
        Assert.IsType<Work.Gated>(rollout.State.Work);
        Assert.Contains("stable at 1.8.2, and at least 1.9.0 is required", Why(rollout), StringComparison.Ordinal);
        Assert.Equal("nothing-to-skip", rollout.Ask((by, reason) => new RolloutInput.Promote(by, reason))?.Code);
        Assert.IsType<Work.Acting>(Answered(rollout.Unseen(TimeSpan.FromSeconds(3)), "1.9.3").State.Work);
    }

    [Fact]
    public void What_was_read_expires()
    {
        var rollout = Permitted();
        rollout.Take(Read(rollout.Now, "1.9.0"));
        rollout.Unseen(TimeSpan.FromSeconds(11)).Healthy();
        Assert.Equal("deploy waits: what is stable of cart is being asked", Why(rollout));
    }

    [Fact]
    public void What_is_not_so_is_asked_less_often()
    {
        var rollout = Answered(Permitted(), "1.8.2");
        Assert.Equal(rollout.Now + Questions.RequiredInterval, Questions.NextAt(rollout.Spec, rollout.State));
        rollout.Unseen(Questions.RequiredInterval);
        Assert.Contains(
            "stable at 1.8.2", Explain.Of(rollout.Spec, rollout.Row, rollout.Now).Because[0], StringComparison.Ordinal);
        Assert.True(Questions.Due(rollout.Spec, rollout.State, rollout.Now).Gates);
    }

    [Fact]
    public void An_older_answer_that_comes_later_counts_for_nothing()
    {
        var rollout = Permitted();
        var before = rollout.Now.AddSeconds(-1);
        Answered(rollout, "1.8.2");
        rollout.Take(Read(before, "1.9.0"));
        Assert.IsType<Work.Gated>(rollout.State.Work);
    }

    [Fact]
    public void The_way_back_asks_for_nothing()
    {
        var rollout = AtTheNextStep("1.8.2").Aborted();
        Assert.Equal(Phase.RollingBack, rollout.State.Phase);
        Assert.Equal(Direction.Back, rollout.Pending?.Effect.Direction);
    }

    /// <summary>At its first share, and its pause was skipped when the other service had been taken back.</summary>
    private static RolloutScenario AtTheNextStep(string stable)
    {
        var rollout = Answered(Answered(Permitted(), "1.9.0").Applied(), "1.9.0").Applied();
        for (var minute = 0; minute < 2; minute++)
            rollout.Unseen(TimeSpan.FromMinutes(1)).Measured(new Core.Analysis.Reading.Counts(0, 100));
        return Answered(rollout.Promoted(), stable);
    }

    private static RolloutScenario Answered(RolloutScenario rollout, string? stable) =>
        rollout.Take(Read(rollout.Now, stable) with
        {
            Health = new HealthFact(rollout.Now, new(1, 1), new(1, 1)),
            Freeze = new FreezeFact(rollout.Now, null),
        });

    private static RolloutInput.Answered Read(DateTimeOffset at, string? stable) =>
        new([], null, Required: new(at, [new(Cart, VersionName.Parse(stable))]));

    private static string Why(RolloutScenario rollout) =>
        Assert.Single(Explain.Of(rollout.Spec, rollout.Row, rollout.Now).Because);
}
