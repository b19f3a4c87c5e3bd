using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Attribution;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Slos;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Rollouts;

/// <summary>
/// The newest finding about a degraded service that this rollout has gone by. <see cref="IsResumed"/>: a person let
/// it go on all the same, for as long as it is that <see cref="Onset"/>. <see cref="IsNotItsDoing"/>: it was another
/// one, or none of those that are suspected.
/// </summary>
public sealed record TakenFinding(
    SlotKey Degraded, DateTimeOffset Onset, DateTimeOffset At, bool IsResumed = false, bool IsNotItsDoing = false);

/// <summary>
/// What a finding about a service that got worse does to a rollout that is suspected: blamed, it goes back; cleared,
/// it goes on as far as its own evidence lets it; and in between it holds, for a while.
/// </summary>
internal static class Findings
{
    /// <summary>How long one holds when no newer one comes: a judge that has died holds nobody for ever.</summary>
    public static readonly TimeSpan HoldsFor = TimeSpan.FromMinutes(5);

    /// <summary>For how long what all versions burn waits for an answer that has not come: two looks at it.</summary>
    private static readonly TimeSpan AskedFor = BurnOf.Tile * 2;

    /// <summary>
    /// How many degraded services hold it at a time. It does not go on before one of them is cleared, whoever else is
    /// worse; and a person who lets it go on has seen no more than these.
    /// </summary>
    public const int MostHolds = 8;

    /// <summary>Of how many degraded services it keeps what was found: no person has to say it again.</summary>
    public const int MostKept = 64;

    /// <summary>
    /// What is older than one that was taken, of another environment, or not about this rollout, changes nothing.
    /// </summary>
    public static void Take(Draft draft, Finding finding)
    {
        var state = draft.State;
        if (finding.Slot.Environment != state.Id.Slot.Environment) return;
        if (finding.Ranked.FirstOrDefault(ranked => ranked.Rollout == state.Id) is not { } own) return;
        var before = (state.Findings ?? []).FirstOrDefault(taken => taken.Degraded == finding.Slot);
        if (before?.At >= finding.At) return;
        if (finding.Judgement is Judgement.Blame { Rollout: var blamed } && blamed == state.Id)
            Blame(draft, finding, own);
        else if (own.Advice == Advice.GoOn)
            Lift(draft, finding);
        else if (before is not { IsResumed: true } || before.Onset != finding.Onset)
            Hold(draft, finding, own);
    }

    /// <summary>
    /// Whether what all versions of its service burn is not for it to go back for: somebody else was found, or who it
    /// is has been asked for no longer than a judge takes. Blamed, it goes back for that; let go on by a person, it
    /// answers for itself.
    /// </summary>
    public static bool IsSomebodyElses(RolloutState state, MetricSpec metric, DateTimeOffset at) =>
        IsOfAll(metric)
        && (state.Findings ?? []).FirstOrDefault(one => one.Degraded == state.Id.Slot) is { IsResumed: false } newest
        && newest.At + HoldsFor > at
        && (newest.IsNotItsDoing || IsBeingAsked(state, at));

    private static bool IsBeingAsked(RolloutState state, DateTimeOffset at) =>
        state.Stage is Stage.Held { Hold.Findings: { } held }
        && held.Any(found => found.Degraded == state.Id.Slot && found.Since + AskedFor > at);

    /// <summary>What no newer finding has confirmed ends by itself.</summary>
    public static void End(Draft draft)
    {
        if (draft.State.Stage is not Stage.Held { Hold.Findings: { } held }) return;
        foreach (var ended in held.Where(found => found.EndsAt <= draft.Now))
            draft.Happen(new RolloutEvent.FindingLifted(ended.Degraded, By: null));
    }

    private static void Blame(Draft draft, Finding finding, Ranked own)
    {
        var cause = new Cause.Blamed(finding.Slot, finding.Onset, finding.At, OneLine.Of(own.Words));
        switch (draft.State.Stage)
        {
            case Stage.Pending or Stage.Moving or Stage.Held:
                Backward.GoBack(draft, cause);
                break;
            // Others may stand on it, so that its release is told, and takes it back in its turn. The first blame says
            // all of that.
            case Stage.Verified { Blamed: null } when !draft.State.IsNeedless:
                draft.Happen(new RolloutEvent.BlamedWhenVerified(cause));
                break;
            // A way back is under way, or will be.
            default:
                break;
        }
    }

    private static void Lift(Draft draft, Finding finding)
    {
        if (draft.State.Stage is Stage.Held { Hold.Findings: { } held }
            && held.Any(found => found.Degraded == finding.Slot))
        {
            draft.Happen(new RolloutEvent.FindingLifted(finding.Slot, finding.At));
        }
        else if (finding.Slot == draft.State.Id.Slot && draft.State.IsJudged && IsJudgedByAll(draft))
        {
            draft.Happen(new RolloutEvent.FindingCleared(finding.Slot, finding.Onset, finding.At));
        }
    }

    private static bool IsJudgedByAll(Draft draft) =>
        Metrics.Active(draft.Spec, draft.State).Any(judged => IsOfAll(judged.Metric));

    private static bool IsOfAll(MetricSpec metric) => metric.Burn is { Scope: BurnScope.Whole };

    // Who waits for a permit has touched nothing, and is asked again every minute; a way back is never held.
    private static void Hold(Draft draft, Finding finding, Ranked own)
    {
        if (draft.State.Stage is not (Stage.Moving or Stage.Held)) return;
        // By a clock that is ahead it would hold for longer.
        var endsAt = (finding.At < draft.Now ? finding.At : draft.Now) + HoldsFor;
        if (endsAt <= draft.Now) return;
        if (draft.State.Stage is Stage.Held { Hold.Findings: { Length: >= MostHolds } held }
            && held.All(one => one.Degraded != finding.Slot))
        {
            return;
        }

        draft.Happen(new RolloutEvent.HeldByFinding(
            finding.Slot, finding.Onset, finding.At, endsAt, OneLine.Of(BlameWords.OfHold(finding.Judgement)),
            OneLine.Of(own.Words), IsNotItsDoing: finding.Judgement is Judgement.Blame));
    }
}
