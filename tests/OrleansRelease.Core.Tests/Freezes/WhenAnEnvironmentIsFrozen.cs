using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Freezes;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Core.Tests.Freezes;

public sealed class WhenAnEnvironmentIsFrozen
{
    private static readonly FreezeDecider Decider = new();
    private static readonly EnvironmentName Production = EnvironmentName.From("production");
    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    private static readonly ActorName Ana = ActorName.From("ana");
    private static readonly ActorName Bob = ActorName.From("bob");

    private DateTimeOffset _now = Noon;
    private Row<FreezeState> _row = Row<FreezeState>.Empty;

    [Fact]
    public void It_is_known_by_whom_until_when_and_why()
    {
        var answer = Freeze(TimeSpan.FromHours(2));
        Assert.Equal(
            new(Production, FreezeOutcome.Frozen, new(Noon, Noon.AddHours(2), Ana, "incident")), answer);
        Assert.Equal(answer.Freeze, _row.State!.Freeze);
        Assert.Equal("Frozen", Decider.Describe(_row.State).Phase);
        Assert.Empty(_row.Outbox);
    }

    [Fact]
    public void It_ends_by_itself_at_its_time()
    {
        Freeze(TimeSpan.FromHours(2));
        Assert.Equal(Noon.AddHours(2), _row.NextWake);
        At(Noon.AddHours(2)).Take(new FreezeInput.Tick());
        Assert.Null(_row.State!.Freeze);
        Assert.Equal("Free", Decider.Describe(_row.State).Phase);
        Assert.Null(_row.NextWake);
    }

    [Fact]
    public void It_is_over_at_its_time_also_when_nobody_has_looked()
    {
        Freeze(TimeSpan.FromHours(2));
        At(Noon.AddHours(2));
        Assert.Equal(FreezeOutcome.Unchanged, Thaw().Outcome);
        Assert.Equal(FreezeOutcome.Frozen, Freeze(TimeSpan.FromHours(1)).Outcome);
        Assert.Equal(Noon.AddHours(2), _row.State!.Freeze!.Since);
    }

    [Theory]
    [InlineData(180, FreezeOutcome.Extended)]
    [InlineData(5, FreezeOutcome.Shortened)]
    public void The_last_word_counts_and_those_that_wait_are_told(int minutes, FreezeOutcome outcome)
    {
        Freeze(TimeSpan.FromHours(1));
        At(Noon.AddMinutes(10));
        var answer = Freeze(TimeSpan.FromMinutes(minutes), Bob);
        Assert.Equal(
            new(Production, outcome, new(Noon, Noon.AddMinutes(10 + minutes), Bob, "incident")), answer);
        Assert.Equal(Production, Assert.Single(Told()));
    }

    [Fact]
    public void A_thaw_ends_it_and_those_that_wait_are_told()
    {
        Freeze(TimeSpan.FromHours(1));
        Assert.Equal(new(Production, FreezeOutcome.Thawed, null), Thaw());
        Assert.Null(_row.State!.Freeze);
        Assert.Equal(Production, Assert.Single(Told()));
    }

    [Fact]
    public void What_waits_to_be_told_is_told_once_however_often_it_changed()
    {
        Freeze(TimeSpan.FromHours(1));
        for (var minutes = 1; minutes < 50; minutes++) Freeze(TimeSpan.FromMinutes(minutes));
        Assert.Single(Told());
    }

    [Fact]
    public void A_repeated_thaw_does_not_end_what_was_frozen_after_it()
    {
        var thaw = new FreezeInput.Thaw(Production, Ana, "over");
        Assert.Equal(FreezeOutcome.Unchanged, Command(thaw, "key").Outcome);
        Freeze(TimeSpan.FromHours(1));
        Assert.Equal(FreezeOutcome.Unchanged, Command(thaw, "key").Outcome);
        Assert.NotNull(_row.State!.Freeze);
    }

    [Fact]
    public void A_repeated_freeze_gets_the_same_answer_and_freezes_no_longer()
    {
        var freeze = new FreezeInput.Begin(Production, TimeSpan.FromHours(1), Ana, "incident");
        var first = Command(freeze, "key");
        At(Noon.AddMinutes(30));
        Assert.Equal(first, Command(freeze, "key"));
        Assert.Equal(Noon.AddHours(1), _row.State!.Freeze!.Until);
    }

    [Theory]
    [InlineData(59, "incident", "bad-duration")]
    [InlineData((90 * 86_400) + 1, "incident", "bad-duration")]
    [InlineData(-60, "incident", "bad-duration")]
    [InlineData(60, null, "bad-reason")]
    [InlineData(60, " \t", "bad-reason")]
    public void One_without_bounds_or_reason_is_refused(int seconds, string? reason, string code)
    {
        var input = new FreezeInput.Begin(Production, TimeSpan.FromSeconds(seconds), Ana, reason);
        var refused = Decider.Step(_row, input, KeyOf("key"), 1, _now);
        Assert.Equal(code, Assert.IsType<StepResult<FreezeState>.Refused>(refused).Refusal.Code);
    }

    [Fact]
    public void A_reason_is_bounded_and_a_thaw_has_one()
    {
        var longest = new string('r', FreezeLimits.Reason);
        Command(new FreezeInput.Begin(Production, FreezeLimits.Longest, Ana, longest), "key");
        foreach (var reason in new[] { longest + "r", "", null })
        {
            var refused = Decider.Step(_row, new FreezeInput.Thaw(Production, Ana, reason), KeyOf("thaw"), 1, _now);
            Assert.Equal("bad-reason", Assert.IsType<StepResult<FreezeState>.Refused>(refused).Refusal.Code);
        }
    }

    [Fact]
    public void Its_row_stays_small_whatever_people_write()
    {
        var longest = new string('ä', FreezeLimits.Reason);
        for (var n = 0; n < 100; n++)
            Command(new FreezeInput.Begin(Production, TimeSpan.FromMinutes(1 + n), Ana, longest), $"key-{n}");
        var bytes = System.Text.Encoding.UTF8.GetByteCount(Vocabulary.Write(_row));
        Assert.InRange(bytes, 0, RowLimits.MaxBytes * 3 / 4);
    }

    private FreezeAnswer Freeze(TimeSpan length, ActorName? by = null) =>
        Command(new FreezeInput.Begin(Production, length, by ?? Ana, "incident"), $"key-{_row.Sequence}");

    private FreezeAnswer Thaw() => Command(new FreezeInput.Thaw(Production, Ana, "over"), $"key-{_row.Sequence}");

    private WhenAnEnvironmentIsFrozen At(DateTimeOffset now)
    {
        _now = now;
        return this;
    }

    private static Command KeyOf(string id) => new(CommandId.From(id), Ana, "incident");

    private FreezeAnswer Command(FreezeInput input, string key) =>
        Vocabulary.Read<FreezeAnswer>(Take(input, KeyOf(key)) ?? throw new InvalidOperationException("no answer"));

    private string? Take(FreezeInput input, Command? command = null)
    {
        switch (Decider.Step(_row, input, command, 1, _now))
        {
            case StepResult<FreezeState>.Written written:
                _row = written.Row;
                return written.Answer;
            case StepResult<FreezeState>.Unchanged unchanged:
                return unchanged.Answer;
            case var refused:
                throw new InvalidOperationException($"{refused}");
        }
    }

    private IEnumerable<EnvironmentName> Told() => _row.Outbox
        .Where(entry => entry.IsPending)
        .Select(entry => entry.Effect.Action).OfType<EffectAction.AnnounceFreeze>().Select(told => told.Environment);
}
