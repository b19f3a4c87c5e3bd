using System.Collections.Immutable;
using System.Diagnostics;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Explaining;

/// <summary>Explains a release in one environment; pure over (spec, row, now) and who has the slots it waits for.
/// </summary>
public static class ExplainPassage
{
    /// <param name="spec">By what it is carried out.</param>
    /// <param name="row">Where it is.</param>
    /// <param name="heldBy">Who has a slot, as far as that was read.</param>
    /// <param name="now">The time.</param>
    /// <param name="reversal">Of one that has completed: how it would be taken back, and who stands on it.</param>
    /// <param name="doubts">What of it is not known to be as on record.</param>
    /// <param name="standing">Of one that is under way: who stands on what it has verified.</param>
    public static PassageExplanation Of(
        PassageSpec spec, Row<PassageState> row, Func<SlotKey, string?> heldBy, DateTimeOffset now,
        PlannedRollback? reversal = null, ImmutableArray<Doubt>? doubts = null, WhoStands? standing = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(row);
        ArgumentNullException.ThrowIfNull(heldBy);
        var state = row.State ?? throw new InvalidOperationException("an empty row has nothing to explain");
        now = now > row.At ? now : row.At;
        var verbs = PassageVerbs.Ask(spec, row, state, now);
        return new(
            state.Id, state.Phase, state.PhaseSince, now,
            [
                .. (doubts ?? []).Select(doubt => doubt.Because), .. PassageReasons.Of(spec, state, now),
                .. WhoStands.TextsOf(reversal?.StandOn ?? standing?.By, standing?.NotKnown),
                .. reversal?.NotKnown is { } reason
                    ? [$"how it would be taken back is not known: {reason}"]
                    : Array.Empty<string>(),
                .. WaitsFor(spec, state, heldBy), .. Untold(row),
            ],
            [
                .. ByItself(spec, row, state, now), .. (doubts ?? []).SelectMany(doubt => doubt.Moves),
                .. verbs.Accepted, .. Rollback(spec, state),
            ],
            verbs.Refused,
            Services(spec, state), state.IsTerminal
                ? reversal
                : PlannedRollback.Of(spec, state, now, standing: standing));
    }

    // Another passage does that.
    private static IEnumerable<Move> Rollback(PassageSpec spec, PassageState state) =>
        state.HasCompleted || (spec.Reverses is not null && (state.Phase is PassagePhase.Cancelled
            || (state.Phase is PassagePhase.RolledBack && PassageReversal.LeavesSome(spec, state))))
            ?
            [
                new(
                    MovedBy.You, "rollback",
                    Command: $"orel release rollback {state.Id.Release} -e {state.Id.Environment}"),
            ]
            : [];

    private static IEnumerable<string> WaitsFor(
        PassageSpec spec, PassageState state, Func<SlotKey, string?> heldBy) =>
        state.Stage is PassageStage.Leasing
        && state.Parts.FirstOrDefault(part => part.Grant is null) is { } next
        && heldBy(spec.SlotOf(next.Service)) is { } holder
            ? [holder]
            : [];

    // It goes on only when whoever is told has heard it.
    private static IEnumerable<string> Untold(Row<PassageState> row) => row.Outbox
        .Where(entry => entry is { IsPending: true, Note: not null, Attempt: > 2 })
        .Take(3)
        .Select(entry => $"{Json.Vocabulary.WordOf(entry.Effect.Action)} was not taken in, and is told again "
            + $"(attempt {entry.Attempt}: {entry.Note})");

    private static IEnumerable<Move> ByItself(
        PassageSpec spec, Row<PassageState> row, PassageState state, DateTimeOffset now)
    {
        switch (state.Stage)
        {
            case PassageStage.Requiring:
                foreach (var one in spec.Requires.Select(one => one.Requirement)
                    .Where(one => !one.IsMetBy(state.Required?.VersionOf(one.Service))))
                {
                    yield return new(
                        MovedBy.Itself, $"goes on when {one} is stable in {spec.Environment}", state.ReadAt);
                }

                break;
            case PassageStage.Leasing when state.Parts.FirstOrDefault(part => part.Grant is null) is { } next:
                yield return new(
                    MovedBy.Itself, $"goes on when {spec.SlotOf(next.Service)} is given to it, in the order of ranks");
                break;
            case PassageStage.Looking:
                yield return new(MovedBy.Itself, "goes back when it was read who stands on it", state.ReadAt);
                break;
            case PassageStage.Leasing or PassageStage.Held or PassageStage.Moving:
                foreach (var part in state.Parts.Where(part => part.Stage is PartStage.Moving))
                    yield return new(MovedBy.Itself, $"goes on when {part.Grant!.Rollout} is verified");
                if (state.Parts.Any(part => part.IsOnItsWayBack))
                    yield return new(MovedBy.Itself, "the way back goes on", row.NextWake);
                break;
            case PassageStage.Halting halting:
                yield return new(
                    MovedBy.Itself, "goes back when all have said what has happened", halting.Deadline);
                break;
            case PassageStage.GoingBack back:
                if (PassageBackward.NextQuarantine(new PassageDecider(spec).Order, state) is { } until && until > now)
                    yield return new(MovedBy.Itself, "goes on when nothing can arrive any more", until);
                if (state.Parts.Any(part => part.IsOnItsWayBack))
                    yield return new(MovedBy.Itself, "the way back goes on", row.NextWake);
                if (!back.Overdue)
                    yield return new(MovedBy.Itself, "a person is told that it takes too long", back.Deadline);
                break;
            case PassageStage.Stabilising back:
                yield return new(
                    MovedBy.Itself, $"is measured, and called rolled back when that was good for "
                        + $"{Duration.Format(back.For)}", back.Soak.AskAt);
                yield return new(
                    MovedBy.Itself, "is called rolled back without, and a person is told", back.Deadline);
                break;
            case PassageStage.Ended or PassageStage.StoodUpon:
                break;
            default:
                throw new UnreachableException();
        }
    }

    private static ImmutableArray<ExplainedPart> Services(PassageSpec spec, PassageState state)
    {
        var services = spec.Services.ToDictionary(service => service.Service);
        return
        [
            .. new PassageDecider(spec).Order.Forward.Select(state.PartOf).Select(part => new ExplainedPart(
                part.Service,
                services[part.Service].Reverses is { } reversal ? reversal.From.Version : part.Grant?.Baseline,
                services[part.Service].Reverses is { } back ? back.To?.Version : services[part.Service].Version,
                part.Grant?.Rollout, StandingOf(part))),
        ];
    }

    private static string StandingOf(Part part) => part.Stage switch
    {
        PartStage.Untouched when part.Grant is not null => "its slot is leased",
        PartStage.Untouched when part.Claim > 0 => "waits for its slot",
        PartStage.Untouched => "not begun",
        PartStage.Moving => "moves",
        PartStage.Verified { Blamed: { } blamed } => $"verified, and since then: {blamed}",
        PartStage.Verified => "verified",
        PartStage.GoingBack back => $"takes itself back: {back.Reason}",
        PartStage.Halted { Happened.IsAny: false } => "stopped before anything was done",
        PartStage.Halted => "stopped",
        PartStage.Undoing => "is being taken back",
        PartStage.Stuck stuck => $"got stuck: {stuck.Reason}",
        PartStage.Back => "back",
        PartStage.Left left => left.Reason,
        _ => throw new UnreachableException(),
    };
}
