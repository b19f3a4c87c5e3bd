using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Releases;

/// <summary>What is being decided about a passage.</summary>
internal sealed class PassageDraft(PassageSpec spec, ReleaseOrder order, PassageState state, Moment moment)
    : Draft<PassageState, PassageEvent>(state, moment)
{
    public PassageSpec Spec => spec;

    public ReleaseOrder Order => order;

    /// <summary>Another part of the system is told until it has heard.</summary>
    public void Tell(EffectAction action) => Intend(new(Direction.Neutral, action, EffectLimits.Internal));

    /// <summary>The same on the way back, which waits behind nothing that goes forward.</summary>
    private void TellBack(EffectAction action) => Intend(new(Direction.Back, action, EffectLimits.Internal));

    public void AbandonWhere(Func<EffectAction, bool> which) =>
        AbandonWhere((Effect effect) => which(effect.Action));

    public PassageEntry SpecOf(ServiceName service) => spec.Services.First(one => one.Service == service);

    /// <summary>A rollout decides nothing forward any more, whether or not it has begun.</summary>
    public void TellToHalt(Part part)
    {
        var service = SpecOf(part.Service);
        TellBack(new EffectAction.HaltRollout(
            part.Grant!.Rollout, State.Id, service.Version, service.SpecHash, State.StartedBy, LostOf(part)));
    }

    /// <summary>A rollout takes itself back, by this plan.</summary>
    public void TellToGoBack(Part part, int plan)
    {
        var (service, grant) = (SpecOf(part.Service), part.Grant!);
        TellBack(service.Reverses is null
            ? new EffectAction.TakeBackRollout(
                grant.Rollout, State.Id, plan, service.Version, service.SpecHash, State.StartedBy, LostOf(part))
            : new EffectAction.ReverseRollout(
                grant.Rollout, State.Id, plan, grant.Generation, grant.Baseline, grant.BaselineSpecHash,
                service.Version, service.SpecHash, State.StartedBy));
    }

    private static Grant? LostOf(Part part) => part.MayHaveBegun ? part.Grant : null;

    /// <summary>A rollout stays where it is, and does nothing more.</summary>
    public void TellToLeave(Part part, PassageInput.Leave leave)
    {
        var service = SpecOf(part.Service);
        TellBack(new EffectAction.LeaveRollout(
            part.Grant!.Rollout, State.Id, service.Version, service.SpecHash, State.StartedBy, leave.Actor,
            leave.Reason));
    }

    /// <summary>What its rollout was told and has not heard is said no more.</summary>
    public void StopTelling(Part part) => AbandonWhere(action => action switch
    {
        EffectAction.BeginRollout begin => begin.Rollout == part.Grant?.Rollout,
        EffectAction.HaltRollout halt => halt.Rollout == part.Grant?.Rollout,
        EffectAction.TakeBackRollout back => back.Rollout == part.Grant?.Rollout,
        EffectAction.ReverseRollout back => back.Rollout == part.Grant?.Rollout,
        _ => false,
    });

    /// <summary>A slot is not wanted any longer; of what was said to it this is the last.</summary>
    public void Return(Part part)
    {
        var slot = spec.SlotOf(part.Service);
        AbandonWhere(action => action is EffectAction.ClaimSlot claim && claim.Slot == slot);
        Tell(new EffectAction.ReturnSlot(
            slot, State.Id, NextOrdinal,
            spec.Reverses is null ? part.Stage is PartStage.Verified : part.Stage is PartStage.Back,
            SpecOf(part.Service).KeepPrevious, IsLeft: part is { Stage: PartStage.Left, Grant.Replaced: null }));
    }

    public void Finish(PassagePhase phase, PassageCause? cause, Stability? stability = null)
    {
        // Nobody is to begin, stop or go back for it any more. What was given back or left stays so.
        AbandonWhere(action => action is not (EffectAction.ReturnSlot or EffectAction.ReportPassage
            or EffectAction.ReportReplaced or EffectAction.WithdrawWaiter or EffectAction.LeaveRollout));
        PassageWaits.End(this);
        // Providers first: so they may be moved again in the order in which they were.
        foreach (var part in Order.Forward.Select(State.PartOf).Where(part => part.Claim > 0).ToList()) Return(part);
        Happen(new PassageEvent.Finished(phase, cause, stability));
        Tell(new EffectAction.ReportPassage(State.Id, phase, PassageReversal.LeavesSome(spec, State)));
    }

    protected override PassageState Evolve(PassageState before, PassageEvent happened) =>
        PassageEvolution.Evolve(spec, before, happened, Now);
}
