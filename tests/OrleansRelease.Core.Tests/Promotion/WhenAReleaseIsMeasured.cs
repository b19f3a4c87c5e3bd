using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Promotion;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Promotion;

/// <summary>The test plays the slots and the sources; what is read next is said by the rules.</summary>
public sealed class WhenAReleaseIsMeasured
{
    private static readonly SoakPace Pace = new(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(5));

    private static readonly PassageEntry Cart = new(
        ServiceName.From("cart"), VersionName.From("2.0"), "sha256:cart", [],
        new UndoLimits(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero), TimeSpan.Zero);

    private readonly ReleaseScenario _release =
        new ReleaseScenario("staging; production: staging 10m").Started().Ended("staging");

    private Soak Soak => Assert.IsType<LegStage.Completed>(_release.StageOf("staging")).Soak;

    private PassageId Passage => _release.PassageIn("staging");

    [Fact]
    public void Windows_follow_each_other_from_the_first_look_on()
    {
        Look(Free(4));
        var begin = Soak.MeasuredTo;

        for (var minute = 0; minute < 10; minute++) Measure(Free(4));

        Assert.Equal(begin + TimeSpan.FromMinutes(10), Soak.MeasuredTo);
        Assert.IsType<LegStage.UnderWay>(_release.StageOf("production"));
    }

    [Fact]
    public void While_somebody_else_has_a_slot_nothing_counts_also_not_afterwards()
    {
        Look(Free(4));
        for (var minute = 0; minute < 5; minute++) Measure(Free(4));
        Assert.Equal(TimeSpan.FromMinutes(5), Soak.Covered);

        _release.Passes("2m");
        Look(Held(5, "cart.staging.9"));
        Assert.Equal("cart.staging.9 moves cart there", Soak.Note);
        // It was taken back: what is stable is what it was.
        _release.Passes("30m");
        Look(Free(5));
        Assert.Equal((TimeSpan.FromMinutes(5), _release.Now), (Soak.Covered, Soak.MeasuredTo));

        for (var minute = 0; minute < 5; minute++) Measure(Free(5));
        Assert.IsType<LegStage.UnderWay>(_release.StageOf("production"));
    }

    [Fact]
    public void Somebody_who_had_a_slot_between_two_looks_is_noticed_by_its_generation()
    {
        Look(Free(4));
        _release.Passes("2m");

        Look(Free(5));

        Assert.Equal((TimeSpan.Zero, _release.Now), (Soak.Covered, Soak.MeasuredTo));
        Assert.Equal("something of it was moved", Soak.Note);
    }

    [Fact]
    public void Until_its_slots_are_given_back_it_waits_and_then_what_else_is_stable_there_ends_it()
    {
        Look(Slot(4, "1.0", new Lease(Rollout("cart.staging.8"), 4, _release.Now, Passage: Passage)));
        Assert.Equal("cart was not given back there yet", Soak.Note);

        Look(Slot(6, "3.0", new Lease(Rollout("cart.staging.10"), 6, _release.Now)));

        Assert.Equal(
            "cart is stable at 3.0 there, no more at 2.0",
            Assert.IsType<LegStage.Replaced>(_release.StageOf("staging")).Reason);
    }

    [Fact]
    public void What_a_source_says_only_of_now_is_none_of_a_window_that_nobody_measured_in_time()
    {
        Look(Free(4));
        _release.Passes("18m");
        var late = Assert.IsType<SoakTurn.Measure>(Turn(Free(4))).Window;

        Assert.False(Pace.CanRead(new MetricSource.Target("restarts"), late, _release.Now));
        Assert.True(Pace.CanRead(new MetricSource.Query("errors"), late, _release.Now));

        var newest = new Window(0, _release.Now - TimeSpan.FromSeconds(70), _release.Now - TimeSpan.FromSeconds(10));
        Assert.True(Pace.CanRead(new MetricSource.Target("restarts"), newest, _release.Now));
    }

    [Fact]
    public void What_cannot_be_said_is_asked_for_ever_less_often()
    {
        Look(Free(4));
        var (written, end) = (0, _release.Now.AddDays(1));
        while (_release.Now < end)
        {
            Look(Held(5, "cart.staging.9"));
            written++;
            Assert.InRange(Soak.AskAt - _release.Now, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
            _release.Until(Soak.AskAt);
        }

        Assert.InRange(written, 1, 200);
    }

    [Fact]
    public void No_time_between_a_backup_and_its_restore_counts()
    {
        Look(Free(4));
        for (var minute = 0; minute < 5; minute++) Measure(Free(4));

        _release.Passes("2m").Restored();

        Assert.Equal((TimeSpan.FromMinutes(5), _release.Now), (Soak.Covered, Soak.MeasuredTo));
        Assert.Equal("the store was restored", Soak.Note);
        for (var minute = 0; minute < 5; minute++) Measure(Free(4));
        Assert.IsType<LegStage.UnderWay>(_release.StageOf("production"));
    }

    [Fact]
    public void What_is_not_known_to_be_there_counts_for_nothing_until_it_was_seen()
    {
        Look(Free(4));
        var shut = Free(4) with { Restored = new Restored.Unseen(2, _release.Now) };
        Assert.NotNull(SoakGround.Of(Passage, [(Cart, shut)], _release.Now).Doubted);
        Assert.Null(SoakGround.Of(Passage, [(Cart, Free(4))], _release.Now).Doubted);

        _release.Passes("2m");
        Look(shut);

        Assert.Equal(TimeSpan.Zero, Soak.Covered);
        Assert.StartsWith("cart.staging: the store was restored", Soak.Note, StringComparison.Ordinal);
    }

    private void Look(SlotState slot)
    {
        var said = Assert.IsType<SoakTurn.Say>(Turn(slot)).What;
        _release.Take(said);
    }

    private void Measure(SlotState slot)
    {
        _release.Until(Soak.MeasuredTo + Pace.Interval + Pace.Delay);
        var window = Assert.IsType<SoakTurn.Measure>(Turn(slot)).Window;
        _release.Take(new ReleaseInput.SoakRead(
            Passage, window.End, Verdict.Pass, null, window.End + Pace.Interval + Pace.Delay));
    }

    private SoakTurn Turn(SlotState slot) => SoakTurn.Of(
        Passage, Soak, Pace, SoakGround.Of(Passage, [(Cart, slot)], _release.Now), _release.Now);

    private SlotState Free(int generation) => Slot(generation, "2.0", null);

    private SlotState Held(int generation, string rollout) =>
        Slot(generation, "2.0", new Lease(Rollout(rollout), generation, _release.Now));

    private SlotState Slot(int generation, string stable, Lease? holder) => new(
        SlotKey.From("cart.staging"), 10, generation,
        new StableVersion(VersionName.From(stable), "sha256:stable", _release.Now), holder, [], [], []);

    private QueuedRollout Rollout(string id) => new(
        RolloutId.From(id), VersionName.From("3.0"), "sha256:three", ReleaseScenario.Anna, _release.Now);
}
