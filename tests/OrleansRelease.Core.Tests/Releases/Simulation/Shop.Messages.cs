using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Releases.Simulation;

/// <summary>What the parts of a shop tell each other.</summary>
internal sealed partial class Shop
{
    /// <summary>What has arrived is done, and answered.</summary>
    public Outcome Carry(EffectAction told)
    {
        if (Defect.Arrives(told, Now) is not { } action) return new Outcome.Applied();
        Say($"    {action}");
        switch (action)
        {
            case EffectAction.ClaimSlot claim:
                return _slots[claim.Slot].Take(claim);
            case EffectAction.ReturnSlot back:
                return _slots[back.Slot].Take(back);
            case EffectAction.GrantSlot granted:
                return Tell(granted.Passage, new PassageInput.SlotGranted(
                    granted.Slot.Service, granted.Claim, granted.Grant));
            case EffectAction.WoundHolder wanted:
                return Tell(wanted.Passage, new PassageInput.SlotWanted(
                    wanted.Slot.Service, wanted.Claim, wanted.By));
            case EffectAction.RefuseClaim refused:
                return Tell(refused.Passage, new PassageInput.SlotRefused(
                    refused.Slot.Service, refused.Claim, refused.Before));
            case EffectAction.SupersedePassage old:
                return Tell(old.Passage, new PassageInput.Supersede(old.By));
            case EffectAction.BeginRollout begin:
                return Find(begin.Rollout, begin.Passage, begin.Version).Begin(begin);
            case EffectAction.HaltRollout halt:
                return Find(halt.Rollout, halt.Passage, halt.Version).Halt(halt);
            case EffectAction.TakeBackRollout back:
                return Find(back.Rollout, back.Passage, back.Version).TakeBack(back);
            case EffectAction.ReverseRollout back:
                return Find(back.Rollout, back.Passage, back.Version).Reverse(back);
            case EffectAction.LeaveRollout leave:
                return Find(leave.Rollout, leave.Passage, leave.Version).Leave(leave);
            case EffectAction.CompleteRollout completed:
                return _rollouts[completed.Rollout].Complete(completed);
            case EffectAction.ReportEnd end:
                return _slots[end.Rollout.Slot].Take(end);
            case EffectAction.AskToYield ask:
                return _rollouts.GetValueOrDefault(ask.Rollout) is WholeRollout asked
                    ? asked.Yield(ask.By)
                    : new Outcome.NotApplied("it has not begun");
            case EffectAction.RequestPermit permit:
                Agenda.After(Lag(), ((WholeRollout)_rollouts[permit.Rollout]).Permit);
                return new Outcome.Applied();
            default:
                return new Outcome.Applied();
        }
    }

    private void Tell(Fairness fairness, ShopPassage passage)
    {
        foreach (var happened in passage.Happened)
        {
            switch (happened)
            {
                case PassageEvent.Began began:
                    fairness.Began(
                        began.Id, began.Rank, passage.Spec.Services.Select(one => one.Service).ToHashSet(), Now);
                    break;
                case PassageEvent.MovingBegan:
                    fairness.Moved(passage.Id, Now);
                    break;
                case PassageEvent.SlotsYielded:
                    fairness.Yielded(passage.Id, Now);
                    break;
                default:
                    break;
            }
        }
    }

    private Outcome Tell(PassageId passage, PassageInput input)
    {
        Find(passage).Take(input);
        return new Outcome.Applied();
    }

    private IShopRollout Find(RolloutId id, PassageId? passage, VersionName version)
    {
        if (_rollouts.TryGetValue(id, out var known)) return known;
        IShopRollout rollout = _isWhole
            ? new WholeRollout(this, id, version, Dice.Chance(FailureRate))
            : new ShopRollout(this, id, passage!.Value);
        _rollouts.Add(id, rollout);
        if (passage is { } release) _rolloutsOf[release].Add(rollout);
        return rollout;
    }

    private void StartSomeAlone()
    {
        for (var i = Dice.Between(0, 4); i > 0; i--)
        {
            var slot = _slots.Values.ElementAt(Dice.Between(0, _slots.Count - 1));
            var (version, whenBusy) = (
                $"{Dice.Between(1, 9)}.5",
                Dice.Pick(WhenBusy.Queue, WhenBusy.Queue, WhenBusy.Supersede, WhenBusy.Reject));
            Agenda.After(Dice.Seconds(0, Alone.TotalSeconds), () => slot.Start(version, whenBusy));
        }
    }

    // Where a way back got stuck and no release is there to say so, people do.
    private void KeepRollouts()
    {
        foreach (var rollout in _rollouts.Values.OfType<WholeRollout>().ToList())
        {
            rollout.Wake();
            rollout.Meddle();
            if (rollout.State is { Passage: null, Stage: Stage.Stuck } && Dice.Chance(0.1)) rollout.Retry();
        }
    }
}
