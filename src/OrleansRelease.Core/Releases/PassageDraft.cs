using System.Collections.Immutable;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Releases;

/// <summary>
/// A decision while it is being made: the passage as it would be after the events so far. Lives within one call.
/// </summary>
internal sealed class PassageDraft(PassageSpec spec, ReleaseOrder order, PassageState state, Moment moment)
{
    private readonly ImmutableArray<PassageEvent>.Builder _events = ImmutableArray.CreateBuilder<PassageEvent>();
    private readonly ImmutableArray<Intent>.Builder _intents = ImmutableArray.CreateBuilder<Intent>();
    private readonly ImmutableArray<int>.Builder _abandoned = ImmutableArray.CreateBuilder<int>();

    public PassageSpec Spec => spec;

    public ReleaseOrder Order => order;

    public PassageState State { get; private set; } = state;

    public Moment Moment => moment;

    public DateTimeOffset Now => moment.Now;

    /// <summary>The ordinal that the next intended effect will get.</summary>
    public int NextOrdinal => moment.NextOrdinal + _intents.Count;

    public void Happen(PassageEvent happened)
    {
        _events.Add(happened);
        State = PassageEvolution.Evolve(spec, State, happened, Now);
    }

    /// <summary>Another part of the system is told until it has heard.</summary>
    public void Tell(EffectAction action) => _intents.Add(new(Direction.Neutral, action, EffectLimits.Internal));

    public void AbandonWhere(Func<EffectAction, bool> which)
    {
        foreach (var entry in moment.Outbox.Where(entry => entry.IsPending && which(entry.Effect.Action)))
        {
            if (!_abandoned.Contains(entry.Effect.Ordinal)) _abandoned.Add(entry.Effect.Ordinal);
        }
    }

    public PassageEntry SpecOf(ServiceName service) => spec.Services.First(one => one.Service == service);

    /// <summary>A slot is not wanted any longer; of what was said to it this is the last.</summary>
    public void Return(Part part)
    {
        var slot = spec.SlotOf(part.Service);
        AbandonWhere(action => action is EffectAction.ClaimSlot claim && claim.Slot == slot);
        Tell(new EffectAction.ReturnSlot(
            slot, State.Id, NextOrdinal, part.Stage is PartStage.Verified, SpecOf(part.Service).KeepPrevious));
    }

    public void Finish(PassagePhase phase, PassageCause? cause)
    {
        // Nobody is to begin, stop or go back for it any more. What was given back stays so.
        AbandonWhere(action => action is not (EffectAction.ReturnSlot or EffectAction.ReportPassage));
        // Providers first: so they may be moved again in the order in which they were.
        foreach (var part in Order.Forward.Select(State.PartOf).Where(part => part.Claim > 0).ToList()) Return(part);
        Happen(new PassageEvent.Finished(phase, cause));
        Tell(new EffectAction.ReportPassage(State.Id, phase));
    }

    public Decision<PassageEvent> Done() => new Decision<PassageEvent>.Accepted(
        _events.ToImmutable(), _intents.ToImmutable(), _abandoned.ToImmutable(), null);
}
