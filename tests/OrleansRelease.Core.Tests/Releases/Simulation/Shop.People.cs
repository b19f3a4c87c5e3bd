using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Tests.Simulation;

namespace OrleansRelease.Core.Tests.Releases.Simulation;

/// <summary>What people do who interfere, and who help.</summary>
internal sealed partial class Shop
{
    private Dice? _finds;

    /// <summary>What is found of its rollouts; it changes nothing of what else a seed brings.</summary>
    public Dice Finds => _finds ??= new Dice(_seed ^ 0x0b1a_3e);

    private void Interfere(ShopPassage passage)
    {
        var actor = ActorName.From("anna");
        if (Dice.Chance(0.3))
            Agenda.After(Dice.Seconds(10, 2000), () => passage.Ask(new PassageInput.Abort(actor, null)));
        if (!Dice.Chance(0.2)) return;
        Agenda.After(Dice.Seconds(10, 600), () => passage.Ask(new PassageInput.Pause(actor, null)));
    }

    private void BreakALease()
    {
        var begun = _rollouts.Values
            .Where(rollout => rollout.News is { Stage: PartStage.Moving or PartStage.Verified }).ToList();
        if (begun.Count == 0) return;
        Tally.Add(Met.BrokenLease);
        begun[Dice.Between(0, begun.Count - 1)].Overtake();
    }

    private void Keep()
    {
        Agenda.After(TimeSpan.FromSeconds(5), Keep);
        foreach (var passage in _passages)
        {
            passage.Wake();
            if (!passage.IsOver && Epoch == 1) Help(passage);
        }

        foreach (var slot in _slots.Values) slot.Wake();
        if (_isWhole) KeepRollouts();
        if (Epoch > 1) HelpByWhatIsExplained();
        if (_regrets is not null) Regret(_regrets);
    }

    // People look now and then at what needs them.
    private void Help(ShopPassage passage)
    {
        if (!Dice.Chance(0.1) || passage.State is not { } state) return;
        var actor = ActorName.From("anna");
        switch (state.Phase)
        {
            case PassagePhase.Paused:
                passage.Ask(Dice.Chance(0.8)
                    ? new PassageInput.Resume(actor, null)
                    : new PassageInput.Abort(actor, null));
                break;
            case PassagePhase.Failed:
                var stuck = state.Parts.First(part => part.Stage is PartStage.Stuck);
                // Where requests go of what was left half way back no slot knows, so people go on with that.
                passage.Ask(Dice.Chance(0.9) || passage.Spec.Reverses is not null
                    ? new PassageInput.Retry(actor, null)
                    : new PassageInput.Leave(stuck.Service, actor, null));
                break;
            case PassagePhase.Progressing:
                // Where only one service was to go back, its own people get it going again.
                foreach (var stopped in RolloutsOf(passage.Id)
                    .Where(rollout => rollout.News?.Stage is PartStage.Stuck).ToList())
                {
                    stopped.Retry();
                }

                break;
            default:
                break;
        }
    }
}
