using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Freezes;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Explaining;

/// <summary>Why a rollout is where it is, the weightiest reason first.</summary>
internal static class Reasons
{
    public static ImmutableArray<string> Of(
        RolloutSpec spec, Row<RolloutState> row, RolloutState state, DateTimeOffset now)
    {
        var reasons = OfStage(spec, row, state, now);
        // Where its release decides what follows, that has been said.
        if (state is { Passage: { } passage, MayMove: true } && !state.Restored.IsOpen)
            reasons = reasons.Add($"a part of {passage}, and that one may take it back even when it was verified");
        // A gate that waits for it has said so.
        return Freezing.InForce(state, now) is { } freeze
            && state.Stage is Stage.Pending or Stage.Held or Stage.Moving { Work: not Work.Gated }
            ? reasons.Add($"{FreezeText.Of(state.Id.Slot.Environment, freeze, now)}; nothing goes forward until then")
            : reasons;
    }

    private static ImmutableArray<string> OfStage(
        RolloutSpec spec, Row<RolloutState> row, RolloutState state, DateTimeOffset now) => state.Stage switch
        {
            Stage.GoingBack back when state.Restored.IsOpen =>
                [.. RestoredText.Reasons(state.Restored), back.Cause.Text],
            not Stage.Ended when state.Restored.IsOpen => RestoredText.Reasons(state.Restored),
            Stage.Pending =>
                [$"waits for a permit of {state.Id.Slot.Environment}: {spec.MaxParallel} may move at once"],
            Stage.Held held => OfHold(spec, state, held, now),
            Stage.Moving moving => OfWork(spec, row, state, moving, now),
            Stage.GoingBack back =>
            [
                back.Cause.Text,
                $"undoing: {Wording.Of(back.Plan.Steps[back.Done])}, step {back.Done + 1} of {back.Plan.Steps.Length}"
                    + (back.Overdue ? "; it has taken longer than its bound" : "") + NoteOf(row, back.Ordinal),
                .. OfShed(spec, row, state),
            ],
            Stage.Stuck stuck =>
                [stuck.Cause.Text, $"the way back got stuck: {stuck.Reason}", .. OfShed(spec, row, state)],
            Stage.Verified verified =>
            [
                .. verified.Blamed is { } blamed ? [blamed.Text] : Array.Empty<string>(),
                $"{state.Version} was verified; {state.Passage} has not completed, and may still take it back",
            ],
            Stage.Halted { Plan: not null } halted =>
            [
                $"{state.Passage} is taken back, and its turn has come",
                "a call that nobody can fence out may still arrive until "
                    + Readable.Clock(halted.Happened.UnknownUntil ?? now, now),
            ],
            Stage.Halted =>
                [$"{state.Passage} is taken back: nothing goes forward, and what stands on this goes back before it"],
            Stage.Ended { Cause: { } cause } => [cause.Text, .. OfLift(row)],
            Stage.Ended ended => [$"{state.Version} was verified and is stable"],
            _ => throw new UnreachableException(),
        };

    private static IEnumerable<string> OfShed(RolloutSpec spec, Row<RolloutState> row, RolloutState state)
    {
        var shed = LoadShedding.Of(state.Stage);
        var entry = row.Outbox.FirstOrDefault(one => one.Effect.Ordinal == shed?.Ordinal);
        if (shed is not null && spec.Shed?.Of(shed.Ready.Ready, shed.Ready.Wanted, isBack: true) is { } shedding)
        {
            var refused = $"; until all are, class low is refused over {shedding.Capacity} at once";
            yield return entry?.Status switch
            {
                EffectStatus.Applied => $"requests go to {state.Baseline} already, of which {shed.Ready}{refused}",
                EffectStatus.Pending => $"requests are being sent to {state.Baseline}, of which {shed.Ready}{refused}",
                EffectStatus.Unknown => $"requests may go to {state.Baseline}, of which {shed.Ready}{refused}",
                _ => $"requests could not be sent to {state.Baseline}, of which {shed.Ready}",
            } + NoteOf(row, shed.Ordinal);
        }

        // What was set before that holds on where that one has not arrived.
        if ((shed is not null || state.Stage is Stage.Stuck) && entry?.Status != EffectStatus.Applied
            && LoadShedding.NotLifted(row.Outbox.Where(one => one != entry)) is { } held)
        {
            yield return MayBeRefused(held);
        }
    }

    // Nobody else says of what has ended that it has left something.
    private static IEnumerable<string> OfLift(Row<RolloutState> row)
    {
        var lift = row.Outbox.LastOrDefault(entry => entry.Effect.Action is EffectAction.LiftShedding);
        if (lift is null or { Status: EffectStatus.Applied or EffectStatus.Overtaken }) yield break;
        yield return MayBeRefused(LoadShedding.NotLifted(row.Outbox))
            + (lift.IsPending ? ", which is being lifted" : ", which could not be lifted")
            + NoteOf(row, lift.Effect.Ordinal);
    }

    private static string MayBeRefused(Shedding? held) =>
        "class low may still be refused" + (held is null ? "" : $" over {held.Capacity} at once");

    private static ImmutableArray<string> OfHold(
        RolloutSpec spec, RolloutState state, Stage.Held held, DateTimeOffset now)
    {
        var reasons = ImmutableArray.CreateBuilder<string>();
        if (held.Hold.Evidence is { } evidence) reasons.AddRange(OfEvidence(spec, state, evidence, now));
        foreach (var found in held.Hold.Findings ?? [])
        {
            reasons.Add($"{found.Degraded.Service} got worse at {Readable.Clock(found.Onset, now)}, and this may be "
                + $"why: {found.Words}");
            reasons.Add($"of this one: {found.Own}");
        }

        if (held.Hold.Person is { } person)
            reasons.Add($"paused by {person.Actor}" + (person.Reason is null ? "" : $": {person.Reason}"));
        return reasons.ToImmutable();
    }

    private static IEnumerable<string> OfEvidence(
        RolloutSpec spec, RolloutState state, EvidenceHold hold, DateTimeOffset now)
    {
        var word = hold.Verdict switch
        {
            Verdict.NoData => "has NO DATA",
            Verdict.Error => "cannot be read",
            _ => "is INCONCLUSIVE",
        };
        var judged = Metrics.Active(spec, state).FirstOrDefault(metric => metric.Metric.Name == hold.Metric);
        if (judged is null)
        {
            yield return $"{hold.Metric} {word}: {hold.Reason}";
            yield break;
        }

        var tally = state.Tallies[judged.Key];
        var limit = hold.Verdict switch
        {
            Verdict.NoData => judged.Metric.Limits.NoDataLimit,
            Verdict.Error => judged.Metric.Limits.ConsecutiveErrorLimit,
            _ => judged.Metric.Limits.InconclusiveLimit,
        };
        yield return hold.Verdict == Verdict.Inconclusive
            ? $"{hold.Metric} {word}: {tally.Inconclusive} measurements (limit {limit}): {hold.Reason}"
            : $"{hold.Metric} {word}: {tally.UnusableInRow} measurements in a row unusable (limit {limit}): "
                + (tally.Last?.Detail ?? hold.Reason);
        var usable = tally.Recent.LastOrDefault(window => window.Verdict is Verdict.Pass or Verdict.Fail);
        if (usable is null) yield break;
        yield return $"last usable: {Readable.Clock(usable.Window.End, now)} {usable.Detail} {usable.Verdict}"
            + Samples(usable);
    }

    private static ImmutableArray<string> OfWork(
        RolloutSpec spec, Row<RolloutState> row, RolloutState state, Stage.Moving moving, DateTimeOffset now)
    {
        var step = spec.Steps[moving.Step];
        return moving.Work switch
        {
            Work.Gated => [.. Gates.Evaluate(spec, state, step, now)
                .Where(gate => !gate.IsOpen)
                .Select(gate => $"{Wording.Of(step)} waits: {gate.Reason}")
                .DefaultIfEmpty($"{Wording.Of(step)} is about to begin")],
            Work.Acting acting => [$"{Wording.Of(step)} is under way{NoteOf(row, acting.Ordinal)}"],
            Work.Resting { Until: { } until } => [$"{Wording.Of(step)}, until {Readable.Clock(until, now)}"],
            Work.Resting => ["paused by its plan until a person promotes"],
            Work.Judging => ["an analysis step waits for its verdict"],
            Work.Covering => [$"verifying: {OfCoverage(spec, state, (Step.Verify)step)}"],
            _ => throw new UnreachableException(),
        };
    }

    private static string OfCoverage(RolloutSpec spec, RolloutState state, Step.Verify verify)
    {
        var least = spec.Background.Where(metric => metric.Counts)
            .MinBy(metric => state.Tallies[metric.Name].Covered)!;
        return $"{Duration.Format(state.Tallies[least.Name].Covered)} of {Duration.Format(verify.Duration)} "
            + $"covered by usable windows of {least.Name}";
    }

    private static string NoteOf(Row<RolloutState> row, int ordinal)
    {
        var entry = row.Outbox.FirstOrDefault(e => e.Effect.Ordinal == ordinal);
        return entry switch
        {
            null => "",
            { Note: null, Attempt: 1 } => "",
            { Note: null } => $" (attempt {entry.Attempt})",
            _ => $" (attempt {entry.Attempt}: {entry.Note})",
        };
    }

    private static string Samples(Judged judged) => judged.Samples is { } samples
        ? string.Create(CultureInfo.InvariantCulture, $" ({samples:0} requests)")
        : "";
}
