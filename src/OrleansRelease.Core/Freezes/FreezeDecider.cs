using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Freezes;

/// <summary>
/// The rules of the stop button: the last word counts, each has a reason and an end, and an end needs nobody to look.
/// </summary>
public sealed class FreezeDecider : IDecider<FreezeState, FreezeInput, FreezeEvent>
{
    /// <summary>The phase of a row that holds a freeze; servers find it by this.</summary>
    public const string Frozen = "Frozen";

    private const string Free = "Free";

    // Told until it is heard; there may be thousands to be told.
    private static readonly EffectLimits AnnounceLimits =
        new(TimeSpan.FromSeconds(30), int.MaxValue, TimeSpan.FromSeconds(1));

    public string Kind => Kinds.Freeze;

    public int Version => 1;

    public bool KeepsEffects => false;

    public FreezeInput Tick { get; } = new FreezeInput.Tick();

    public FreezeInput Reported(OutcomeReport report) => new FreezeInput.OutcomeReported(report);

    public Decision<FreezeEvent> Decide(FreezeState? state, FreezeInput input, Moment moment) => input switch
    {
        FreezeInput.Begin begin when (WrongLength(begin.For) ?? WrongReason(begin.Reason)) is { } refusal =>
            new Decision<FreezeEvent>.Refused(refusal),
        FreezeInput.Thaw thaw when WrongReason(thaw.Reason) is { } refusal =>
            new Decision<FreezeEvent>.Refused(refusal),
        FreezeInput.Begin begin => Begin(state, begin, moment),
        FreezeInput.Thaw thaw => Thaw(state, thaw, moment),
        FreezeInput.OutcomeReported or FreezeInput.Tick => HasEnded(state, moment)
            ? new Decision<FreezeEvent>.Accepted([new FreezeEvent.Ended()], [], [], null)
            : Decision<FreezeEvent>.Nothing,
        _ => throw new UnreachableException(),
    };

    public FreezeState Evolve(FreezeState? state, FreezeEvent happened, DateTimeOffset at) => (state, happened) switch
    {
        (_, FreezeEvent.Begun begun) => new(begun.Environment, begun.Freeze),
        (null, FreezeEvent.NotFrozen not) => new(not.Environment, null),
        ({ Freeze: { } freeze } s, FreezeEvent.Changed changed) => s with
        {
            Freeze = freeze with { Until = changed.Until, Actor = changed.Actor, Reason = changed.Reason },
        },
        ({ } s, FreezeEvent.Thawed or FreezeEvent.Ended) => s with { Freeze = null },
        _ => throw new UnreachableException($"{happened} in {state}"),
    };

    public bool MayAttempt(FreezeState state, Effect effect, DateTimeOffset now) => true;

    // Nothing depends on it: whoever looks at a freeze compares its end with the time.
    public DateTimeOffset? NextWake(FreezeState state) => state.Freeze?.Until;

    public Facts Describe(FreezeState state) =>
        new(0, state.Freeze is null ? Free : Frozen, Environment: state.Environment);

    private static Decision<FreezeEvent> Begin(FreezeState? state, FreezeInput.Begin begin, Moment moment)
    {
        var until = moment.Now + begin.For;
        if (InForce(state, moment) is not { } known)
        {
            // Nobody has to be told: whoever wants to go forward asks.
            var freeze = new Freeze(moment.Now, until, begin.Actor, begin.Reason!);
            return new Decision<FreezeEvent>.Accepted(
                [new FreezeEvent.Begun(begin.Environment, freeze)], [], [],
                Answer(new(begin.Environment, FreezeOutcome.Frozen, freeze)));
        }

        var outcome = until < known.Until ? FreezeOutcome.Shortened : FreezeOutcome.Extended;
        var changed = known with { Until = until, Actor = begin.Actor, Reason = begin.Reason! };
        return Announced(
            new FreezeEvent.Changed(until, begin.Actor, begin.Reason!), new(begin.Environment, outcome, changed),
            moment);
    }

    private static Decision<FreezeEvent> Thaw(FreezeState? state, FreezeInput.Thaw thaw, Moment moment)
    {
        if (InForce(state, moment) is not null)
        {
            return Announced(
                new FreezeEvent.Thawed(thaw.Actor, thaw.Reason!),
                new(thaw.Environment, FreezeOutcome.Thawed, null), moment);
        }

        ImmutableArray<FreezeEvent> events = state is null ? [new FreezeEvent.NotFrozen(thaw.Environment)]
            : HasEnded(state, moment) ? [new FreezeEvent.Ended()]
            : [];
        return new Decision<FreezeEvent>.Accepted(
            events, [], [], Answer(new(thaw.Environment, FreezeOutcome.Unchanged, null)));
    }

    // Rollouts that wait for its end know when it was to be. What they were to be told before is no longer so.
    private static Decision<FreezeEvent>.Accepted Announced(FreezeEvent happened, FreezeAnswer answer, Moment moment) =>
        new(
            [happened],
            [new Intent(
                Direction.Neutral, new EffectAction.AnnounceFreeze(answer.Environment), AnnounceLimits)],
            [.. moment.Outbox.Where(entry => entry.IsPending).Select(entry => entry.Effect.Ordinal)],
            Answer(answer));

    private static Freeze? InForce(FreezeState? state, Moment moment) =>
        state?.Freeze is { } freeze && freeze.IsInForce(moment.Now) ? freeze : null;

    private static bool HasEnded(FreezeState? state, Moment moment) =>
        state?.Freeze is not null && InForce(state, moment) is null;

    private static string Answer(FreezeAnswer answer) => Vocabulary.Write(answer);

    private static Refusal? WrongLength(TimeSpan length) =>
        length >= FreezeLimits.Shortest && length <= FreezeLimits.Longest
            ? null
            : new(RefusalCodes.BadDuration, $"a freeze cannot last {Duration.Format(length)}", LengthShape);

    private static string LengthShape =>
        $"{Duration.Format(FreezeLimits.Shortest)} to {Days(FreezeLimits.Longest)}";

    private static string Days(TimeSpan length) =>
        string.Create(CultureInfo.InvariantCulture, $"{length.TotalDays:0}d");

    private static Refusal? WrongReason(string? reason) => reason switch
    {
        _ when string.IsNullOrWhiteSpace(reason) =>
            new(RefusalCodes.BadReason, "there is no reason", "why, in a sentence: whoever is held up will read it"),
        { Length: > FreezeLimits.Reason } => new(
            RefusalCodes.BadReason, "the reason is too long", $"{FreezeLimits.Reason} characters at most"),
        _ => null,
    };
}
