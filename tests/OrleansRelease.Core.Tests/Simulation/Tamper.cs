using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Simulation;

/// <summary>
/// Where a defect can be planted. Each member does what it should; a defect overrides one.
/// </summary>
internal abstract class Tamper
{
    public virtual IDecider<RolloutState, RolloutInput, RolloutEvent> Wrap(
        IDecider<RolloutState, RolloutInput, RolloutEvent> decider) => decider;

    public virtual StepResult<RolloutState> Step(
        IDecider<RolloutState, RolloutInput, RolloutEvent> decider, Row<RolloutState> row, RolloutInput input,
        Command? command, DateTimeOffset now) =>
        decider.Step(row, input, command, World.Epoch, now);

    public virtual WriteAnswer Write(
        Store store, StepResult<RolloutState>.Written written, long known, Faults faults) =>
        store.Write(written, known, faults);

    /// <summary>Whether effects are carried out before the write that decides them.</summary>
    public virtual bool ActsFirst => false;

    /// <summary>Why an attempt at a forward effect must not be begun.</summary>
    public virtual string? Forbidden(Freezes freezes, DateTimeOffset now) => freezes.Forbidden(now);

    public virtual Outcome? Ask(Gatekeeper gatekeeper, Effect effect) => gatekeeper.Ask(effect.Fence);
}

/// <summary>Nothing is planted.</summary>
internal sealed class NoTamper : Tamper;
