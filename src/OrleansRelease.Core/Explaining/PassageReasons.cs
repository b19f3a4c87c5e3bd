using System.Collections.Immutable;
using System.Diagnostics;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Explaining;

/// <summary>Why a release is where it is in an environment, the weightiest reason first; never none.</summary>
public static class PassageReasons
{
    public static ImmutableArray<string> Of(PassageSpec spec, PassageState state, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(state);
        return
        [
            .. state.Stage switch
            {
                PassageStage.Requiring => OfRequired(spec, state, now),
                PassageStage.Leasing => OfLeases(spec, state),
                PassageStage.StoodUpon upon =>
                    upon.By.Select(one => $"{one}").Append("nothing is taken back before a person says so"),
                PassageStage.Looking { NotRead: { } reason } =>
                    [$"all slots are leased, and who stands on it could not be read: {reason}"],
                PassageStage.Looking => ["all slots are leased, and who stands on it is being read once more"],
                PassageStage.Moving => OfParts(spec, state),
                PassageStage.Held held => OfHold(held, state).Concat(OfFailures(state)),
                PassageStage.Halting halting => OfHalt(halting, state, now),
                PassageStage.GoingBack back => OfWayBack(back, spec, state, now),
                PassageStage.Stabilising back => OfStability(back, state, now).Concat(OfStanding(back.Cause)),
                PassageStage.Ended { Cause: { } cause, Stability: { } stability } =>
                    [cause.Text, .. OfStability(stability, spec), .. OfStanding(cause)],
                PassageStage.Ended { Cause: { } cause } => [cause.Text, .. OfStanding(cause)],
                PassageStage.Ended => ["every service was verified"],
                _ => throw new UnreachableException(),
            },
        ];
    }

    private static IEnumerable<string> OfRequired(PassageSpec spec, PassageState state, DateTimeOffset now)
    {
        if (state.Required is not { } fact)
        {
            yield return "what it requires is being read";
            yield break;
        }

        foreach (var required in spec.Requires.Select(one => one.Requirement))
        {
            var stable = fact.VersionOf(required.Service);
            if (!required.IsMetBy(stable)) yield return required.Standing(stable);
        }

        yield return $"it is read again at {Readable.Clock(state.ReadAt, now)}";
    }

    private static IEnumerable<string> OfLeases(PassageSpec spec, PassageState state)
    {
        var leased = state.Parts.Count(part => part.Grant is not null);
        var next = state.Parts.FirstOrDefault(part => part.Grant is null);
        yield return next is null
            ? "all slots are leased"
            : $"waits for {spec.SlotOf(next.Service)}; {leased} of {state.Parts.Length} slots are leased";
    }

    private static IEnumerable<string> OfParts(PassageSpec spec, PassageState state)
    {
        foreach (var part in state.Parts.Where(part => part.Stage is PartStage.Moving))
            yield return $"{part.Grant!.Rollout} is moving";
        foreach (var failure in OfFailures(state)) yield return failure;
        var verified = state.Parts.Where(part => part.Stage is PartStage.Verified)
            .Select(part => part.Service).ToHashSet();
        foreach (var service in spec.Services.Where(service => !state.PartOf(service.Service).HasBegun))
        {
            var missing = service.Needs.Where(need => !verified.Contains(need)).ToList();
            yield return missing.Count > 0
                ? $"{service.Service} waits until {Listed(missing)} {(missing.Count > 1 ? "are" : "is")} verified"
                : $"{service.Service} waits: no more than {spec.MaxParallel} move at once";
        }
    }

    private static IEnumerable<string> OfHold(PassageStage.Held held, PassageState state)
    {
        if (held.Failed is { } failed)
        {
            yield return state.PartOf(failed) is { Stage: PartStage.Verified, Failure: { } blamed }
                ? $"{failed} was verified, and others may stand on it: {blamed}"
                : $"{failed} failed, and the release was to hold then: "
                    + (state.PartOf(failed).Failure ?? "what is there is being looked at");
        }

        if (held.Person is { } person)
            yield return $"paused by {person.Actor}" + (person.Reason is null ? "" : $": {person.Reason}");
    }

    private static IEnumerable<string> OfFailures(PassageState state) => state.Parts
        .Where(part => part.Failure is not null || part.Stage is PartStage.Undoing)
        .Select(part => part.Stage switch
        {
            PartStage.Undoing => $"{part.Service} is being taken back",
            PartStage.GoingBack back => $"{part.Service} goes back: {back.Reason}",
            PartStage.Stuck stuck => $"{part.Service} got stuck on its way back: {stuck.Reason}",
            PartStage.Left left => $"{part.Service} was {left.Reason}",
            PartStage.Verified verified => $"{part.Service} is verified, and a failure all the same: {verified.Blamed}",
            _ => $"{part.Service} is back: {part.Failure}",
        });

    private static IEnumerable<string> OfHalt(
        PassageStage.Halting halting, PassageState state, DateTimeOffset now)
    {
        yield return halting.Cause.Text;
        var silent = state.Parts.Where(part => part.IsForward).Select(part => part.Service).ToList();
        yield return $"{Listed(silent)} had to stop and {(silent.Count > 1 ? "have" : "has")} not said what has "
            + $"happened; from {Readable.Clock(halting.Deadline, now)} everything counts as having happened there";
    }

    private static IEnumerable<string> OfWayBack(
        PassageStage.GoingBack back, PassageSpec spec, PassageState state, DateTimeOffset now)
    {
        yield return back.Cause.Text;
        if (back.Overdue) yield return "it has taken longer than its bound";
        var plan = Planning.PlannedRollback.Of(spec, state, now);
        foreach (var step in plan.Steps.Where(step => !state.PartOf(step.Service).IsClear))
            yield return $"plan {plan.Number}: {step.Service} {step.Standing}";
    }

    private static IEnumerable<string> OfStability(
        PassageStage.Stabilising back, PassageState state, DateTimeOffset now)
    {
        yield return back.Cause.Text;
        yield return $"all of it is back since {Readable.Clock(back.Soak.Since, now)}; called so when the criteria of "
            + $"{Listed(state.Parts.Where(part => part.IsThereAgain).Select(part => part.Service))} have held for "
            + $"{Duration.Format(back.For)}: {Duration.Format(back.Soak.Covered)} measured";
        if (back.Soak.Note is { } note) yield return $"last {note}";
    }

    private static IEnumerable<string> OfStability(Stability stability, PassageSpec spec)
    {
        yield return $"all of it is back; {stability.Text(spec.Stabilise?.For ?? TimeSpan.Zero)}";
        if (!stability.Holds) yield return "nothing more is taken back for it: look at what is there again";
    }

    // Who has lost the ground; while it goes back that is read anew.
    private static IEnumerable<string> OfStanding(PassageCause cause) => cause is PassageCause.Person person
        ? WhoStands.TextsOf(person.StandOn, person.StandOnNotKnown)
        : [];

    private static string Listed(IEnumerable<ServiceName> services) => string.Join(", ", services);
}
