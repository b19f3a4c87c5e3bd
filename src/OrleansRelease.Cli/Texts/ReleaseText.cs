using System.Collections.Immutable;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Promotion;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Cli.Texts;

/// <summary>A release on its way, as the API tells it.</summary>
internal sealed record ReleaseAnswer(
    ReleaseName Name, ReleasePhase Phase, ImmutableArray<ReleaseThere> Environments, ReleaseState State);

/// <summary>The same in one environment; null: it has not begun there.</summary>
internal sealed record ReleaseThere(
    EnvironmentName Environment, PassageId? Passage, PassagePhase? Phase, DateTimeOffset? UpdatedAt);

/// <summary>What moves in an environment, as the API tells it.</summary>
internal sealed record WatchedPassage(PassagePhase Phase, PassageState State);

/// <summary>What a command meant and how that is by then, as the API tells it.</summary>
internal sealed record CommandedRelease(PassageId? Id, CommandedPassage? Passage, HeldRelease? Release);

internal sealed record CommandedPassage(PassageId Id, PassagePhase Phase, PassageState? State = null)
{
    /// <summary>From whom an abort takes the ground; of any other command: nobody.</summary>
    public IEnumerable<string> Named(string verb) => verb == "abort" && CauseOf(State?.Stage) is { } person
        ? WhoStands.TextsOf(person.StandOn, person.StandOnNotKnown)
        : [];

    private static PassageCause.Person? CauseOf(PassageStage? stage) => stage switch
    {
        PassageStage.Halting now => now.Cause as PassageCause.Person,
        PassageStage.GoingBack now => now.Cause as PassageCause.Person,
        PassageStage.Stabilising now => now.Cause as PassageCause.Person,
        PassageStage.Ended now => now.Cause as PassageCause.Person,
        _ => null,
    };
}

internal sealed record HeldRelease(ReleaseName Name, ReleasePhase Phase);

/// <summary>What takes back what has completed, as the API tells it.</summary>
internal sealed record ReversalAnswer(PassageId Passage, PassageId Reverses, PlannedRollback WayBack)
{
    /// <summary>Others stand on it that are not taken back with it.</summary>
    public bool IsStoodUpon => WayBack.StandOn is { IsEmpty: false };
}

/// <summary>The ways back of a release in an environment, as the API tells them.</summary>
internal sealed record PlansAnswer(PassageId Id, PlannedRollback Now, ImmutableArray<MadePlan> Plans);

internal sealed record MadePlan(RollbackPlan Plan, DateTimeOffset At, DateTimeOffset Deadline);

/// <summary>A release in short, what a start or a command did to it, and its ways back.</summary>
internal static class ReleaseText
{
    public static string Of(ReleaseAnswer it, DateTimeOffset now) => string.Join('\n',
    [
        $"{it.Name} is {it.Phase} for {Readable.Age(now - it.State.PhaseSince)}",
        .. Layout.Under("where", it.Environments.Select(there => there.Passage is { } passage
            ? $"{there.Environment} {there.Phase} · {passage}"
                + (there.UpdatedAt is { } at ? $", last at {Readable.Clock(at, now)}" : "")
            : $"{there.Environment} not begun")),
    ]);

    /// <summary>Where it is, in one line; of what moves, how many of its services have come how far.</summary>
    public static string Line(ReleaseAnswer it, IReadOnlyCollection<WatchedPassage> moving) =>
        $"{it.Name} {it.Phase}: " + string.Join(" · ", it.Environments.Select(there =>
            $"{there.Environment} {(there.Passage is null ? "not begun" : $"{there.Phase}")}"
            + (moving.FirstOrDefault(one => one.State.Id == there.Passage) is { } passage ? Far(passage.State) : "")));

    public static string OfStart(ReleaseStarted started, bool dryRun) => string.Join('\n',
    [
        .. started.Passages.Select(passage => $"{passage} {(dryRun ? "would begin (dry run)" : "begins")}"),
        .. dryRun ? Array.Empty<string>() : [$"next      orel release explain {started.Release}"],
    ]);

    public static string OfCommand(string verb, CommandedRelease it, bool dryRun)
    {
        var (what, phase) = it.Passage is { } passage
            ? ($"{passage.Id}", $"{passage.Phase}")
            : ($"{it.Release!.Name}", $"{it.Release.Phase}");
        return string.Join('\n',
        [
            dryRun ? $"{what} would be {phase} after {verb} (dry run)" : $"{what} is {phase}",
            .. Layout.Under("on it", it.Passage?.Named(verb) ?? []),
            .. it.Passage is { Phase: PassagePhase.Paused } && verb == "abort"
                ? ["nothing is taken back: others stand on it, or may; explain names them"]
                : Array.Empty<string>(),
        ]);
    }

    /// <param name="it">What was answered.</param>
    /// <param name="dryRun">Whether nothing was begun.</param>
    /// <param name="wanted">What was said of those that stand on it.</param>
    /// <param name="width">How wide lines may be.</param>
    public static string OfRollback(ReversalAnswer it, bool dryRun, WhenBuiltOn wanted, int width)
    {
        var isRefused = dryRun && wanted == WhenBuiltOn.Refuse && it.IsStoodUpon;
        // Nothing is leased for it until a person says so.
        var does = (it.IsStoodUpon && !isRefused, dryRun) switch
        {
            (false, false) => $"takes back {it.Reverses}, at most",
            (false, true) => $"would take back {it.Reverses} (dry run), at most",
            (true, false) => $"waits for a person before it takes back {it.Reverses}, from then at most",
            (true, true) => $"would wait for a person before it takes back {it.Reverses} (dry run), from then at most",
        };
        return string.Join('\n',
        [
            $"{it.Passage} {does} {Duration.Format(it.WayBack.AtMost)}",
            .. Layout.Under("BACK", ReleaseTexts.Back(it.WayBack)),
            .. Layout.Under("EXPECTED", ReleaseTexts.About(it.WayBack) is { } about ? [about] : []),
            .. Layout.Under("AT MOST", AtMost(it.WayBack, width)),
            .. Layout.Under("refused", isRefused
                ? ["without --when-built-on: include takes these back first, hold waits for you"] : []),
            .. Layout.Under("next", dryRun ? [] : Next(it)),
        ]);
    }

    /// <summary>What the longest that a way back may take is the sum of.</summary>
    public static IEnumerable<string> AtMost(PlannedRollback back, int width) => back.Sum is { } sum
        ? Words.Wrap(
            [
                $"{Duration.Format(back.AtMost)} from {(back.IsCarriedOut ? "now" : "its decision")}, every attempt "
                    + $"counted: {PlanText.Part(sum[0])}",
                .. sum[1..].Select(PlanText.Part),
            ],
            " + ", width - Layout.Label)
        : [];

    public static string OfPlans(PlansAnswer it, DateTimeOffset now, int width) => string.Join('\n',
    [
        $"{it.Id} · plan {it.Now.Number}{(it.Now.IsCarriedOut ? ", carried out now" : ReleaseTexts.When(it.Now))}"
            + (it.Now.NotKnown is null ? $" · at most {Duration.Format(it.Now.AtMost)}" : ""),
        .. Layout.Under("BACK", ReleaseTexts.Back(it.Now)),
        .. Layout.Under("EXPECTED", ReleaseTexts.About(it.Now) is { } about ? [about] : []),
        .. Layout.Under("AT MOST", AtMost(it.Now, width)),
        .. Layout.Under("RESUME", it.Now.Resume.IsEmpty ? [] : [string.Join(", ", it.Now.Resume)]),
        .. Layout.Under("MADE", it.Plans.Select(made =>
            $"plan {made.Plan.Number} at {Readable.Clock(made.At, now)}: "
            + $"{string.Join(", ", made.Plan.Steps.Select(step => step.Service))}; "
            + $"to be done by {Readable.Clock(made.Deadline, now)}")),
    ]);

    private static string[] Next(ReversalAnswer it)
    {
        var there = $"{it.Passage.Release} -e {it.Passage.Environment}";
        return it.IsStoodUpon
            ?
            [
                $"orel release resume {there}: it goes back without them",
                $"orel release abort {there}: nothing is taken back",
            ]
            : [$"orel release watch {it.Passage.Release}", $"orel release explain {there}"];
    }

    private static string Far(PassageState state)
    {
        var all = state.Parts.Length;
        if (state.Stage is PassageStage.Stabilising now)
        {
            return ", all back, measured for "
                + $"{Duration.Format(now.Soak.Covered)} of {Duration.Format(now.For)}"
                + (now.Soak.Note is null ? "" : $", last {now.Soak.Note}");
        }

        return state.Stage is PassageStage.GoingBack
            ? $", {state.Parts.Count(part => part.Stage is PartStage.Back)} of {all} back"
                + Those("going back", state, part => part.Stage is PartStage.Undoing or PartStage.GoingBack)
                + Those("stuck", state, part => part.Stage is PartStage.Stuck)
            : $", {state.Parts.Count(part => part.Stage is PartStage.Verified)} of {all} verified"
                + Those("moving", state, part => part.Stage is PartStage.Moving);
    }

    private static string Those(string what, PassageState state, Func<Part, bool> which) =>
        state.Parts.Where(which).Select(part => $"{part.Service}").ToList() is { Count: > 0 } some
            ? $", {what}: {string.Join(", ", some)}"
            : "";
}
