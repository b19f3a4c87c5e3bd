using System.Collections.Immutable;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Environments;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Core.Tests.Environments;

public sealed class WhenRolloutsWantToMove
{
    private static readonly PermitsDecider Decider = new();
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero);

    private readonly List<RolloutId> _granted = [];
    private Row<EnvironmentState> _row = Row<EnvironmentState>.Empty;

    [Fact]
    public void As_many_move_as_the_limit_allows_and_the_others_wait_in_order()
    {
        Request(1, 2).Request(2, 2).Request(3, 2).Request(4, 2);
        Assert.Equal([Id(1), Id(2)], _granted);
        Return(2);
        Assert.Equal([Id(1), Id(2), Id(3)], _granted);
        Assert.Equal(Id(4), Assert.Single(State.Waiting));
    }

    [Fact]
    public void A_doubled_request_gets_one_permit()
    {
        Request(1, 5).Request(1, 5).Request(2, 1).Request(2, 1);
        Assert.Equal([Id(1)], _granted);
        Assert.Equal(Id(2), Assert.Single(State.Waiting));
    }

    [Fact]
    public void A_doubled_return_gives_back_one_permit()
    {
        Request(1, 1).Request(2, 1).Request(3, 1).Return(1).Return(1);
        Assert.Equal([Id(1), Id(2)], _granted);
    }

    [Fact]
    public void A_request_that_comes_after_its_own_return_gets_none()
    {
        Return(1).Request(1, 3);
        Assert.Empty(_granted);
        Assert.Empty(State.Holding);
    }

    [Fact]
    public void A_permit_that_nobody_has_a_use_for_goes_to_the_next()
    {
        // So late that its return is forgotten.
        Request(1, 1).Return(1);
        for (var n = 2; n <= EnvironmentLimits.RememberedReturns + 1; n++) Request(n, 1).Return(n);
        Request(1, 1).Request(5000, 1);
        Assert.Equal(Id(1), Assert.Single(State.Holding));

        var grant = _row.Outbox.Last(entry => entry.Effect.Action is EffectAction.GrantPermit { Rollout: var id }
            && id == Id(1));
        Take(new PermitsInput.OutcomeReported(
            new(grant.Effect.Ordinal, grant.Attempt, new Outcome.Refused("it has ended"))));
        Assert.Equal(Id(5000), Assert.Single(State.Holding));
        Assert.Equal(Id(5000), _granted[^1]);
    }

    [Fact]
    public void The_newest_limit_counts_and_a_lower_one_takes_nothing_away()
    {
        Request(1, 2).Request(2, 2).Request(3, 1);
        Assert.Equal([Id(1), Id(2)], _granted);
        Return(1);
        Assert.Equal([Id(1), Id(2)], _granted);
        Request(4, 3);
        Assert.Equal([Id(1), Id(2), Id(3), Id(4)], _granted);
    }

    [Fact]
    public void One_that_gives_up_waiting_is_not_granted_later()
    {
        Request(1, 1).Request(2, 1).Request(3, 1).Return(2).Return(1);
        Assert.Equal([Id(1), Id(3)], _granted);
    }

    [Fact]
    public void Those_that_wait_are_bounded()
    {
        Request(1, 1);
        for (var n = 2; n <= EnvironmentLimits.MaxWaiting + 1; n++) Request(n, 1);
        var refused = Decider.Step(_row, new PermitsInput.Request(Id(5000), 1), null, 1, Now);
        Assert.Equal("too-many-waiting", Assert.IsType<StepResult<EnvironmentState>.Refused>(refused).Refusal.Code);
        var bytes = System.Text.Encoding.UTF8.GetByteCount(Vocabulary.Write(_row));
        Assert.InRange(bytes, 0, RowLimits.MaxBytes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Reports_and_ticks_change_no_permit(bool known)
    {
        if (known) Request(1, 1).Request(2, 1);
        var before = _row.State;
        Take(new PermitsInput.OutcomeReported(new(1, 1, new Outcome.Unknown("lost"))));
        Take(new PermitsInput.Tick());
        Assert.Equal(before?.Holding, _row.State?.Holding);
        Assert.Equal(before?.Waiting, _row.State?.Waiting);
    }

    [Fact]
    public void What_is_decided_together_comes_out_as_if_it_had_come_one_after_the_other()
    {
        for (var seed = 1; seed <= 200; seed++)
        {
            var (random, together) = (new Random(seed), new WhenRolloutsWantToMove());
            for (var round = 0; round < 10; round++)
            {
                ImmutableArray<PermitsInput> inputs =
                [
                    .. Enumerable.Range(0, random.Next(1, 8)).Select(_ => random.Next(3) == 0
                        ? (PermitsInput)new PermitsInput.Return(Id(random.Next(1, 12)))
                        : new PermitsInput.Request(Id(random.Next(1, 12)), random.Next(1, 4))),
                ];
                foreach (var input in inputs) Take(input);
                together.Take(new PermitsInput.Several(inputs));
            }

            Assert.Equal(State.MaxParallel, together.State.MaxParallel);
            Assert.Equal(State.Holding.AsEnumerable(), together.State.Holding);
            Assert.Equal(State.Waiting.AsEnumerable(), together.State.Waiting);
            Assert.Equal(State.Returned.AsEnumerable(), together.State.Returned);
            (_row, together._row) = (Row<EnvironmentState>.Empty, Row<EnvironmentState>.Empty);
        }
    }

    [Fact]
    public void One_that_is_given_back_together_with_its_request_is_told_of_no_permit()
    {
        Take(new PermitsInput.Several(
            [new PermitsInput.Request(Id(1), 1), new PermitsInput.Request(Id(2), 1), new PermitsInput.Return(Id(1))]));
        Assert.Equal([Id(2)], _granted);
    }

    [Fact]
    public void Outcomes_that_are_reported_together_all_settle()
    {
        Request(1, 2).Request(2, 2);
        Take(new PermitsInput.Several(
        [
            .. _row.Outbox.Select(entry => new PermitsInput.OutcomeReported(
                new(entry.Effect.Ordinal, entry.Attempt, new Outcome.Refused("it has ended")))),
        ]));
        Assert.Empty(State.Holding);
        Assert.DoesNotContain(_row.Outbox, entry => entry.IsPending);
    }

    [Fact]
    public void Of_several_those_for_which_there_is_no_room_are_not_known_afterwards()
    {
        for (var n = 1; n <= EnvironmentLimits.MaxWaiting; n++) Request(n, 1);
        Take(new PermitsInput.Several([new PermitsInput.Request(Id(5000), 1), new PermitsInput.Request(Id(5001), 1)]));
        Assert.Equal(EnvironmentLimits.MaxWaiting, State.Waiting.Length);
        Assert.True(State.Knows(Id(5000)));
        Assert.False(State.Knows(Id(5001)));
    }

    private EnvironmentState State => _row.State!;

    private WhenRolloutsWantToMove Request(int number, int limit) => Take(new PermitsInput.Request(Id(number), limit));

    private WhenRolloutsWantToMove Return(int number) => Take(new PermitsInput.Return(Id(number)));

    private WhenRolloutsWantToMove Take(PermitsInput input)
    {
        if (Decider.Step(_row, input, null, 1, Now) is not StepResult<EnvironmentState>.Written written) return this;
        _row = written.Row;
        _granted.AddRange(written.Attempts
            .Where(attempt => attempt.Attempt == 1)
            .Select(attempt => attempt.Effect.Action)
            .OfType<EffectAction.GrantPermit>().Select(grant => grant.Rollout));
        return this;
    }

    private static RolloutId Id(int number) => new(SlotKey.From("checkout.production"), number);
}
