using OrleansRelease.Core.Commands;

namespace OrleansRelease.Core.Releases;

/// <summary>
/// An abort by somebody who does not want to take the ground from others: while they stand on what has been verified,
/// nothing is taken back. So it is where nobody can say whether they do.
/// </summary>
internal static class PassageAbort
{
    public static bool IsStoodUpon(PassageInput.Abort abort) =>
        abort is { StandOn.IsEmpty: false } or { StandOnNotKnown: not null };

    public static Refusal? Spare(PassageDraft draft, PassageInput.Abort abort)
    {
        if (abort.WhenBuiltOn != WhenBuiltOn.Hold) return Refuse(draft.State, abort);
        if (draft.State.Stage is not PassageStage.Held { Person: not null })
            draft.Happen(new PassageEvent.PausedByPerson(abort.Actor, abort.Reason));
        return null;
    }

    private static Refusal Refuse(PassageState state, PassageInput.Abort abort) => new(
        RefusalCodes.BuiltOn, string.Join("; ", WhoStands.TextsOf(abort.StandOn, abort.StandOnNotKnown)),
        (abort.WhenBuiltOn == WhenBuiltOn.Include ? "no abort takes others back: " : "--when-built-on hold, ")
        + "an abort without --when-built-on, or first orel release rollback "
        + $"{OtherThan(state, abort) ?? "of those that stand on it"} -e {state.Id.Environment}");

    private static string? OtherThan(PassageState state, PassageInput.Abort abort) =>
        abort.StandOn?.FirstOrDefault(one => one.Rollout is null && one.By.Release != state.Id.Release) is { } other
            ? $"{other.By.Release}"
            : null;
}
