using OrleansRelease.Core.Attribution;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Inquiries;
using OrleansRelease.Core.Tests.Attribution;

namespace OrleansRelease.Core.Tests.Inquiries;

/// <summary>The shop gets worse at minute 30, while a cart and a stock move.</summary>
public sealed class WhenAServiceIsInquiredInto
{
    private static readonly InquiryDecider Decider = new();

    private readonly List<(string Service, double Minute)> _told = [];
    private Row<InquiryState> _row = Row<InquiryState>.Empty;
    private bool _isHeard = true;

    private InquiryState State => _row.State!;

    [Fact]
    public void Each_is_told_what_was_found_after_it_is_on_record()
    {
        Found(33, Undecided(null), ("cart", Advice.Hold), ("stock", Advice.Hold));

        Assert.Equal([("cart", 33), ("stock", 33)], _told);
        Assert.Equal(Scene.At(33), State.Last.At);
        Assert.Equal("Open", Decider.Describe(State).Phase);
    }

    [Fact]
    public void Who_never_held_is_not_told_that_it_may_go_on()
    {
        Found(33, new Judgement.NotAmongThem(), ("cart", Advice.GoOn), ("stock", Advice.GoOn));

        Assert.Empty(_told);
    }

    [Fact]
    public void Who_holds_is_told_again_in_time_and_that_it_may_go_on_at_once()
    {
        Found(33, Undecided(null), ("cart", Advice.Hold));
        Found(34, Undecided(null), ("cart", Advice.Hold));
        Assert.Single(_told);

        Found(35, Undecided(null), ("cart", Advice.Hold));
        Found(36, new Judgement.NotAmongThem(), ("cart", Advice.GoOn));
        Found(40, new Judgement.NotAmongThem(), ("cart", Advice.GoOn));
        Assert.Equal([("cart", 33), ("cart", 35), ("cart", 36)], _told);
    }

    [Fact]
    public void What_nobody_has_to_hear_again_is_not_written_again()
    {
        Found(33, Undecided(null, "1 to 2"), ("cart", Advice.Hold));
        var sequence = _row.Sequence;
        Found(34, Undecided(null, "1 to 3"), ("cart", Advice.Hold));
        Assert.Equal(sequence, _row.Sequence);

        Found(34, Undecided("cart"), ("cart", Advice.Hold));
        Assert.Equal(sequence + 1, _row.Sequence);
    }

    [Fact]
    public void Who_was_blamed_is_known_to_the_next_finding()
    {
        Found(33, Undecided("cart"), ("cart", Advice.Hold), ("stock", Advice.Hold));
        Found(34, new Judgement.Blame(Scene.Rollout("cart")), ("cart", Advice.GoBack), ("stock", Advice.Hold));
        Found(36, new Judgement.Blame(Scene.Rollout("stock")), ("stock", Advice.GoBack));

        Assert.Equal([Scene.Rollout("cart"), Scene.Rollout("stock")], State.Blamed.Select(one => one.Rollout));
        Assert.Equal([("cart", 33), ("stock", 33), ("cart", 34), ("stock", 36)], _told);
    }

    [Fact]
    public void An_older_finding_and_one_of_another_beginning_change_nothing()
    {
        Found(34, Undecided(null), ("cart", Advice.Hold));
        var row = _row;
        Found(33, new Judgement.Blame(Scene.Rollout("cart")), ("cart", Advice.GoBack));
        Take(Found(Finding(36, Undecided(null), [("cart", Advice.Hold)]) with { Onset = Scene.At(31) }));
        Take(Found(Finding(36, Undecided(null), [("cart", Advice.Hold)])) with { Objective = "latency" });

        Assert.Equal(row, _row);
    }

    [Fact]
    public void Who_was_blamed_hears_it_although_more_was_found_before_it_was_told()
    {
        _isHeard = false;
        Found(33, new Judgement.Blame(Scene.Rollout("cart")), ("cart", Advice.GoBack), ("stock", Advice.Hold));
        Found(36, Undecided(null, "nothing has been counted since"), ("stock", Advice.Hold));
        Take(new InquiryInput.Over(Scene.At(39)));

        var told = Assert.Single(_row.Outbox, entry => entry.IsPending
            && entry.Effect.Action is EffectAction.TellFinding { Rollout: var who } && who == Scene.Rollout("cart"));
        Assert.Equal(int.MaxValue, told.Effect.Limits.Attempts);
        var finding = State.FindingFor(Scene.Rollout("cart"))!;
        Assert.Equal((Scene.At(33), Advice.GoBack), (finding.At, finding.Ranked[0].Advice));
    }

    [Fact]
    public void Who_does_not_move_is_told_nothing()
    {
        var found = Found(Finding(33, Undecided(null), [("cart", Advice.Hold), ("stock", Advice.Hold)]));
        Take(found with { Moving = [Scene.Rollout("stock")] });
        Assert.Equal([("stock", 33)], _told);
    }

    [Fact]
    public void What_gets_worse_still_much_later_is_inquired_into_anew()
    {
        Found(33, new Judgement.Blame(Scene.Rollout("cart")), ("cart", Advice.GoBack));
        Take(Found(Finding(55, Undecided(null), [("stock", Advice.Hold)]) with { Onset = Scene.At(50) }));

        Assert.Equal((Scene.At(50), 0), (State.Onset, State.Blamed.Length));
        // How it was before is how bad it was already.
        Assert.Equal(new ExcludedTime(null, Scene.At(30)), Assert.Single(State.Excluded));
    }

    /// <summary>Nobody had heard yet that the cart is blamed, and so it would never go back.</summary>
    [Fact]
    public void Who_was_blamed_hears_it_although_something_else_began()
    {
        _isHeard = false;
        Found(33, new Judgement.Blame(Scene.Rollout("cart")), ("cart", Advice.GoBack));
        Take(Found(Finding(55, Undecided(null), [("stock", Advice.Hold)]) with { Onset = Scene.At(50) }));

        Assert.Contains(_row.Outbox, entry => entry.IsPending
            && entry.Effect.Action is EffectAction.TellFinding { Rollout: var who } && who == Scene.Rollout("cart"));
        Assert.Equal(Advice.GoBack, State.FindingFor(Scene.Rollout("cart"))!.Ranked[0].Advice);
    }

    /// <summary>What is worse still is held against how bad it was, and all of that is left out afterwards.</summary>
    [Fact]
    public void What_got_worse_twice_was_bad_all_the_while()
    {
        Found(33, Undecided(null), ("cart", Advice.Hold));
        Take(Found(Finding(45, Undecided(null), [("cart", Advice.Hold)]) with { Onset = Scene.At(42) }));
        Take(Found(Finding(60, Undecided(null), [("cart", Advice.Hold)]) with { Onset = Scene.At(55) }));
        Assert.Equal(
            [new ExcludedTime(null, Scene.At(30)), new(null, Scene.At(42))], State.Excluded.AsEnumerable());

        Take(new InquiryInput.Over(Scene.At(70)));
        Take(Found(Finding(93, Undecided(null), [("cart", Advice.Hold)]) with { Onset = Scene.At(90) }));
        Assert.Equal(new ExcludedTime(Scene.At(30), Scene.At(70)), Assert.Single(State.Excluded));
    }

    [Fact]
    public void A_relapse_is_a_new_one_that_leaves_out_the_one_before()
    {
        Found(33, Undecided(null), ("cart", Advice.Hold));
        Take(new InquiryInput.Over(Scene.At(39.5)));
        Take(Found(Finding(42, Undecided(null), [("cart", Advice.Hold)]) with { Onset = Scene.At(39) }));

        Assert.Equal((Scene.At(39), null), (State.Onset, State.OverAt));
        Assert.Equal(new ExcludedTime(Scene.At(30), Scene.At(39.5)), Assert.Single(State.Excluded));
        Assert.Equal(
            [Scene.At(29), Scene.At(39), Scene.At(40)],
            ExcludedTime.RemoveFrom(Scene.Shop(_ => 40, until: 41).Stretches, State.Excluded, State.Onset)
                .Where(one => one.Start >= Scene.At(29)).Select(one => one.Start));
    }

    [Fact]
    public void When_it_is_over_who_holds_goes_on_and_it_may_begin_again()
    {
        Found(33, Undecided(null), ("cart", Advice.Hold));
        Take(new InquiryInput.Over(Scene.At(39)));
        Assert.Equal("Closed", Decider.Describe(State).Phase);
        Assert.False(InquiryDecider.IsOpen(State, Scene.At(39)));
        Assert.Equal([("cart", 33), ("cart", 39)], _told);
        Assert.Equal(Advice.GoOn, State.FindingFor(Scene.Rollout("cart"))!.Ranked[0].Advice);

        // Made before it was known to be over.
        Found(38.5, new Judgement.Blame(Scene.Rollout("cart")), ("cart", Advice.GoBack));
        Assert.Equal(2, _told.Count);

        Take(Found(Finding(50, Undecided(null), [("cart", Advice.Hold)]) with { Onset = Scene.At(45) }));
        Assert.Equal((Scene.At(45), null, 3), (State.Onset, State.OverAt, _told.Count));
    }

    [Fact]
    public void What_was_judged_long_ago_is_another_matter()
    {
        Found(33, new Judgement.Blame(Scene.Rollout("cart")), ("cart", Advice.GoBack));
        Take(Found(Finding(133, Undecided(null), [("cart", Advice.Hold)]) with { Onset = Scene.At(120) }));

        Assert.Equal(Scene.At(120), State.Onset);
        Assert.Empty(State.Blamed);
    }

    private static Judgement.Undecided Undecided(string? telling, string reason = "nothing is clear") =>
        new(reason, telling is null ? null : Scene.Rollout(telling));

    private void Found(double minute, Judgement judgement, params (string Service, Advice Advice)[] advice) =>
        Take(Found(Finding(minute, judgement, advice)));

    private static InquiryInput.Found Found(Finding finding) =>
        new(finding, "availability", [.. finding.Ranked.Select(one => one.Rollout)]);

    private static Finding Finding(
        double minute, Judgement judgement, IEnumerable<(string Service, Advice Advice)> advice) => new(
        BlameJudge.Version, Scene.Slot("shop"), Scene.At(Scene.Onset), Scene.At(minute), judgement, new(30, 12_000),
        new(400, 4_000), 0.3, [.. advice.Select(one => new Ranked(
            Scene.Rollout(one.Service), 0.5, 0, null, new(0.1, 0.1, 0), new(null, 0), one.Advice, "words"))], 0);

    private void Take(InquiryInput input)
    {
        var now = input is InquiryInput.Found found ? found.Finding.At : ((InquiryInput.Over)input).At;
        if (Decider.Step(_row, input, command: null, epoch: 1, now) is not StepResult<InquiryState>.Written written)
            return;
        _row = written.Row;
        _told.AddRange(written.Attempts.Where(attempt => attempt.Attempt == 1)
            .Select(attempt => (EffectAction.TellFinding)attempt.Effect.Action)
            .Select(told => ($"{told.Rollout.Slot.Service}", (told.At - Scene.At(0)).TotalMinutes)));
        if (!_isHeard) return;
        foreach (var (effect, attempt) in written.Attempts.Select(one => (one.Effect.Ordinal, one.Attempt)))
        {
            var report = new InquiryInput.OutcomeReported(new(effect, attempt, new Outcome.Applied()));
            if (Decider.Step(_row, report, command: null, epoch: 1, now) is StepResult<InquiryState>.Written heard)
                _row = heard.Row;
        }
    }
}
