using System.Collections.Immutable;
using System.Diagnostics;
using OrleansRelease.Core.Attribution;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Inquiries;

/// <summary>
/// The rules of one inquiry: a finding is on record before anybody is told of it, an older one never follows a newer
/// one, and each rollout is told what it does not know yet, or has to hear again so that it goes on holding.
/// </summary>
public sealed class InquiryDecider : IDecider<InquiryState, InquiryInput, InquiryEvent>
{
    /// <summary>
    /// How soon who holds is told to go on holding: well before the hold ends by itself because nobody judges any more.
    /// </summary>
    private static readonly TimeSpan ToldAgain = TimeSpan.FromMinutes(2);

    /// <summary>Nobody has found anything new for so long: what is found now is something else.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromHours(1);

    /// <summary>What gets still worse so much later is something else.</summary>
    public static readonly TimeSpan SeparateAfter = TimeSpan.FromMinutes(10);

    // What holds is said anew after some minutes; who goes back is told until it has heard.
    private static readonly EffectLimits AdviceLimits = new(TimeSpan.FromSeconds(5), 20, TimeSpan.FromSeconds(1));

    public string Kind => Kinds.Inquiry;

    public int Version => 1;

    public bool KeepsEffects => false;

    public InquiryInput Tick { get; } = new InquiryInput.Tick();

    public InquiryInput Reported(OutcomeReport report) => new InquiryInput.OutcomeReported(report);

    public Decision<InquiryEvent> Decide(InquiryState? state, InquiryInput input, Moment moment) => input switch
    {
        InquiryInput.Found found => Find(state, found, moment),
        InquiryInput.Over over => state is { OverAt: null } && over.At > state.Last.At
            ? End(state, over.At, moment)
            : Decision<InquiryEvent>.Nothing,
        InquiryInput.OutcomeReported or InquiryInput.Tick => Decision<InquiryEvent>.Nothing,
        _ => throw new UnreachableException(),
    };

    public InquiryState Evolve(InquiryState? state, InquiryEvent happened, DateTimeOffset at) =>
        (state, happened) switch
        {
            (_, InquiryEvent.Opened { Finding: var first } opened) => new(
                first.Slot, opened.Objective, first.Onset, null, first, BlamedBy([], first), [],
                [.. (state?.BlamedEarlier ?? []).Concat(state?.Blamed ?? []).TakeLast(InquiryState.MostBlamedEarlier)],
                ExcludedTime.ForNextAfter(state)),
            ({ } s, InquiryEvent.Judged { Finding: var next }) => s with
            {
                Last = next,
                Blamed = BlamedBy(s.Blamed, next),
                Told = s.Told.RemoveAll(told => next.Ranked.All(one => one.Rollout != told.Rollout)),
            },
            ({ } s, InquiryEvent.RolloutTold told) => s with
            {
                Told = s.Told.RemoveAll(one => one.Rollout == told.Rollout)
                    .Add(new(told.Rollout, told.Advice, s.Last.At)),
            },
            ({ } s, InquiryEvent.Closed closed) => s with
            {
                OverAt = closed.OverAt,
                Last = Released(s.Last, closed.OverAt),
            },
            _ => throw new UnreachableException($"{happened} in {state}"),
        };

    public bool MayAttempt(InquiryState state, Effect effect, DateTimeOffset now) => true;

    public DateTimeOffset? NextWake(InquiryState state) => null;

    public Facts Describe(InquiryState state) => new(
        0, $"{(state.OverAt is null ? InquiryPhase.Open : InquiryPhase.Closed)}", state.Slot.Service,
        state.Slot.Environment);

    /// <summary>Whether the service is worse now, as far as is known.</summary>
    public static bool IsOpen(InquiryState? state, DateTimeOffset now) =>
        state is { OverAt: null } && state.Last.At > now - Forgotten;

    private static Decision<InquiryEvent> Find(InquiryState? state, InquiryInput.Found found, Moment moment)
    {
        var finding = found.Finding;
        // Made from what was known before somebody else has found more, or closed it.
        if (finding.At <= state?.Last.At) return Decision<InquiryEvent>.Nothing;
        var known = IsOpen(state, finding.At) && finding.Onset < state!.Onset + SeparateAfter ? state : null;
        if (known is not null && (known.Onset, known.Objective) != (finding.Onset, found.Objective))
            return Decision<InquiryEvent>.Nothing;
        var told = finding.Ranked
            .Where(one => found.Moving.Contains(one.Rollout) && HasToHear(known, one, finding.At)).ToList();
        if (known is not null && told.Count == 0 && IsSame(finding.Judgement, known.Last.Judgement))
            return Decision<InquiryEvent>.Nothing;
        return new Decision<InquiryEvent>.Accepted(
            [
                known is null ? new InquiryEvent.Opened(found.Objective, finding) : new InquiryEvent.Judged(finding),
                .. told.Select(one => new InquiryEvent.RolloutTold(one.Rollout, one.Advice)),
            ],
            [.. told.Select(one => Tell(finding.Slot, one, finding.At))],
            Pending(moment, state, told.Select(one => one.Rollout).ToHashSet()), null);
    }

    // Who was blamed goes back all the same; who holds need not any more.
    private static Decision<InquiryEvent>.Accepted End(InquiryState state, DateTimeOffset at, Moment moment)
    {
        var held = Released(state.Last, at).Ranked
            .Where(one => state.ToldOf(one.Rollout)?.Advice == Advice.Hold).ToList();
        return new(
            [
                new InquiryEvent.Closed(at),
                .. held.Select(one => new InquiryEvent.RolloutTold(one.Rollout, one.Advice)),
            ],
            [.. held.Select(one => Tell(state.Slot, one, at))], Pending(moment, state, of: null), null);
    }

    private static Intent Tell(SlotKey degraded, Ranked ranked, DateTimeOffset at) => new(
        Direction.Neutral, new EffectAction.TellFinding(degraded, ranked.Rollout, at),
        ranked.Advice == Advice.GoBack ? EffectLimits.Internal : AdviceLimits);

    private static Finding Released(Finding last, DateTimeOffset at) => last with
    {
        At = at,
        Judgement = new Judgement.Ended(),
        Ranked = [.. last.Ranked.Select(one => one with { Advice = Advice.GoOn })],
    };

    // The odds of what is undecided move every minute.
    private static bool IsSame(Judgement one, Judgement other) => (one, other) switch
    {
        (Judgement.Undecided now, Judgement.Undecided before) => now.Telling == before.Telling,
        _ => one == other,
    };

    // Who was never told to hold need not hear that it may go on.
    private static bool HasToHear(InquiryState? state, Ranked ranked, DateTimeOffset now) =>
        state?.ToldOf(ranked.Rollout) is { } told
            ? told.Advice != ranked.Advice || (ranked.Advice == Advice.Hold && told.At <= now - ToldAgain)
            : ranked.Advice != Advice.GoOn;

    private static ImmutableArray<Blamed> BlamedBy(ImmutableArray<Blamed> before, Finding finding) =>
        finding.Judgement is Judgement.Blame { Rollout: var rollout } && before.All(one => one.Rollout != rollout)
            ? before.Add(new(rollout, finding.To(rollout)))
            : before;

    // What is to be told anew need not be told as it was; who was blamed hears it in any case.
    private static ImmutableArray<int> Pending(Moment moment, InquiryState? state, HashSet<RolloutId>? of) =>
    [
        .. moment.Outbox.Where(entry => entry.IsPending && entry.Effect.Action is EffectAction.TellFinding told
                && of?.Contains(told.Rollout) != false
                && state?.Blamed.Concat(state.BlamedEarlier).Any(one => one.Rollout == told.Rollout) != true)
            .Select(entry => entry.Effect.Ordinal).Order(),
    ];
}
