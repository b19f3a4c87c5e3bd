using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Releases;

/// <summary>
/// How a passage takes back what has completed. It goes nowhere forward: when its slots are leased and nobody has come
/// to stand on them meanwhile, it goes back as any other does, by a plan of all that is still there.
/// </summary>
internal static class PassageReversal
{
    /// <summary>A doubled or late reading changes nothing.</summary>
    public static void Take(PassageDraft draft, PassageInput.StandingRead read)
    {
        if (draft.State.Stage is not PassageStage.Looking || draft.Spec.Reverses is not { } reversing) return;
        if (read.By.FirstOrDefault(one => !reversing.Known.Contains(one)) is { } since)
        {
            draft.Finish(PassagePhase.Cancelled, new PassageCause.BuiltOnSince(since));
            return;
        }

        // Somebody has taken back what lay on top of it meanwhile: what is there now was planned otherwise.
        foreach (var part in draft.State.Parts)
        {
            if (part.Grant?.Replaced is not { } reason || !read.Planned.Contains(part.Service)) continue;
            draft.Finish(PassagePhase.Cancelled, new PassageCause.NotAsPlanned(part.Service, reason));
            return;
        }

        foreach (var part in draft.State.Parts) See(draft, part, draft.SpecOf(part.Service));
        if (draft.State.Parts.All(part => part.Stage is PartStage.Left))
        {
            draft.Finish(PassagePhase.Cancelled, new PassageCause.NothingLeft(draft.State.Parts[0].Failure!));
            return;
        }

        // Also where it gets stuck: they prove nothing there any more.
        foreach (var other in reversing.With)
        {
            // A rollout of no release has nobody who would have to hear of it, and a release may have its name.
            if (!reversing.Known.Any(one => one.By == other && one.Rollout is null)) continue;
            draft.Tell(new EffectAction.ReportReplaced(
                other, $"{draft.State.Id} takes it back with {reversing.Passage}"));
        }

        draft.Happen(new PassageEvent.HaltBegan(
            new PassageCause.Reversed(reversing.Passage, draft.State.StartedBy, reversing.Reason),
            draft.Now + Bound.Failover));
    }

    /// <summary>Nothing is taken back before it is known who stands on it; a person may abort it.</summary>
    public static void Take(PassageDraft draft, PassageInput.StandingNotRead not)
    {
        if (draft.State.Stage is PassageStage.Looking && draft.State.ReadAt <= draft.Now)
            draft.Happen(new PassageEvent.StandingUnread(not.Reason));
    }

    // What somebody else has moved is not touched. Everything else has happened, as it had completed.
    private static void See(PassageDraft draft, Part part, PassageEntry entry) =>
        draft.Happen(new PassageEvent.PartHeard(part.Service, 0, (part.Grant, entry.Reverses) switch
        {
            ({ Replaced: { } reason }, _) => new PartStage.Left(reason),
            (_, { IsNeedless: true }) => new PartStage.Back("the version before is the same"),
            _ => new PartStage.Halted(Everything(entry)),
        }));

    /// <summary>Whether something of what is to be taken back stays as it is.</summary>
    public static bool LeavesSome(PassageSpec spec, PassageState state) => spec.Reverses is { Left: var left }
        && (!left.IsEmpty || state.Parts.Any(part => part.Stage is PartStage.Left));

    /// <summary>It had completed, so all of it has happened.</summary>
    public static Happened Everything(PassageEntry entry) => new(
        Deployed: true, Exposed: true, Hooked: entry.Undo.Hooks is { IsEmpty: false });
}
