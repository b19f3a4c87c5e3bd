using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Tests.Simulation;

namespace OrleansRelease.Core.Tests.Releases.Simulation;

/// <summary>What is measured of what is there again, and what of all that happens is counted.</summary>
internal sealed partial class Shop
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private static readonly Stabilise Rule =
        new(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(21), TimeSpan.FromMinutes(2));

    // Dice of its own: what is measured after a way back changes nothing of the way there.
    private Dice Measures => _measures ??= new Dice(~_seed);

    private Dice? _measures;

    /// <summary>What a reader says of the newest window that has ended; nothing, where its answer gets lost.</summary>
    public PassageInput? Read(PassageStage.Stabilising now)
    {
        if (now.Soak.MeasuredTo + Window is var to && to > Now)
            return new PassageInput.CriteriaRead(now.Soak.MeasuredTo, null, null, to);
        if (Measures.Chance(0.01)) return new PassageInput.NothingJudged("nothing is judged there");
        if (Measures.Chance(0.1)) return null;
        return new PassageInput.CriteriaRead(
            to, Measures.Pick(
                Verdict.Pass, Verdict.Pass, Verdict.Pass, Verdict.Fail, Verdict.NoData, Verdict.Error,
                Verdict.Inconclusive),
            "errors", to + Window);
    }

    public TimeSpan MeasuringLag() => Measures.Seconds(0.1, 4);

    // Some do not want to wait, as some manifests say.
    private Stabilise? StabiliseOf(int number) => (_seed + number) % 3 == 0 ? null : Rule;

    private static bool IsTelling(string transition) =>
        transition.Contains("halt-began", StringComparison.Ordinal)
        || transition.Contains("\"finished\"", StringComparison.Ordinal)
        || transition.Contains("rollback-overdue", StringComparison.Ordinal);

    private void Meet(ShopPassage passage, Row<PassageState> before, PassageEvent happened)
    {
        switch (happened)
        {
            case PassageEvent.RollbackOverdue:
                passage.ToldAt ??= Now;
                break;
            case PassageEvent.HaltBegan { Cause: PassageCause.Person }:
                Tally.Add(Met.Abort);
                break;
            case PassageEvent.HaltBegan { Cause: PassageCause.SupersededBy }
                or PassageEvent.Finished { As: PassagePhase.Superseded }:
                Tally.Add(Met.Supersede);
                break;
            case PassageEvent.Finished { As: PassagePhase.RolledBack } end:
                Judge(passage, before.State!.Stage, end.Stability);
                break;
            default:
                break;
        }

        // Nothing that is or is not measured begins a way back; one goes on only where something turns out to be there.
        if (before.State?.Stage is PassageStage.Stabilising && happened is PassageEvent.HaltBegan)
            Blame(6, $"{passage.Id} goes back once more because of what was measured");
    }

    private void Judge(ShopPassage passage, PassageStage before, Stability? stability)
    {
        if ((stability is null) != (passage.Spec.Stabilise is null))
            Blame(5, $"{passage.Id} ends as {stability} by {passage.Spec.Stabilise}");
        if (stability is null) return;
        Tally.Add(stability.Holds ? Met.Stabilised : Met.NotStabilised);
        if (stability.Holds && stability.Covered < Rule.For)
            Blame(5, $"{passage.Id} is called stable after {stability.Covered}");
        // Between a backup and its restore nobody measures.
        if (Epoch == 1 && before is PassageStage.Stabilising now && Now > now.Deadline + TimeSpan.FromMinutes(1))
            Blame(8, $"{passage.Id} stabilises for longer than it may");
    }
}
