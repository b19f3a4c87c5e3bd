using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;

namespace OrleansRelease.Core.Promotion;

/// <summary>When what has completed in an environment may be taken back, and when the answer is no.</summary>
public static class TakingBack
{
    internal static (Refusal? Refusal, Addressed? Answer) Take(ReleaseDraft draft, ReleaseInput.TakeBack back)
    {
        if (Refuse(draft.State, back.Environment) is { } refusal) return (refusal, null);
        var leg = draft.State.LegOf(back.Environment)!;
        // It went through there once more while the way back was planned.
        if (draft.State.CompletedIn(leg) != back.Reverses)
        {
            return (new(
                RefusalCodes.PreconditionFailed, $"{back.Reverses} is not what has completed there any more",
                CommandOf(draft.State, back.Environment)), null);
        }

        return (null, new Addressed(draft.TakeBack(leg, back), back.SpecHash));
    }

    public static Refusal? Refuse(ReleaseState state, EnvironmentName environment)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state.LegOf(environment) switch
        {
            null => new(
                RefusalCodes.NotFound, $"{state.Name} does not go through {environment}",
                string.Join(", ", state.Legs.Select(leg => leg.Environment))),
            { Stage: LegStage.UnderWay { Reverses: not null } } leg => new(
                RefusalCodes.RollingBack, $"{state.PassageOf(leg)} takes it back there already", "wait"),
            { Stage: LegStage.UnderWay } leg => new(
                RefusalCodes.AlreadyMoving, $"{state.PassageOf(leg)} is under way",
                $"orel release abort {state.Name} -e {environment}"),
            var leg when state.CompletedIn(leg) is null => new(
                RefusalCodes.NotCompleted, leg.Stage is LegStage.Ended { As: PassagePhase.RolledBack }
                    ? $"{state.Name} was taken back in {environment}"
                    : $"{state.Name} has not completed in {environment}: there is nothing to take back",
                "a release that has completed there"),
            _ => null,
        };
    }

    /// <summary>What a person writes to have it taken back.</summary>
    public static string CommandOf(ReleaseState state, EnvironmentName environment)
    {
        ArgumentNullException.ThrowIfNull(state);
        return $"orel release rollback {state.Name} -e {environment}";
    }
}
