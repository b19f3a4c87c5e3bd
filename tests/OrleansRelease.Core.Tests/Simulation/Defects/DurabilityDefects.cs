using System.Collections.Immutable;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Simulation.Defects;

internal sealed class OlderFenceAccepted : Tamper
{
    public override Outcome? Ask(Gatekeeper gatekeeper, Effect effect)
    {
        gatekeeper.Ask(effect.Fence);
        return null;
    }
}

internal sealed class DoneOnceMore : Tamper
{
    public override Outcome? Ask(Gatekeeper gatekeeper, Effect effect) =>
        gatekeeper.Ask(effect.Fence) is { } answer and not Outcome.Applied ? answer : null;
}

internal sealed class FenceNotRaisedForUndo : Stepped
{
    protected override StepResult<RolloutState>.Written Change(StepResult<RolloutState>.Written written) =>
        RewrittenEffects(written, effect => effect.Direction == Direction.Back
            ? effect with { Fence = effect.Fence with { Ordinal = 2 } }
            : effect);
}

internal sealed class OrdinalReused : Stepped
{
    protected override StepResult<RolloutState>.Written Change(StepResult<RolloutState>.Written written) =>
        written with { Row = written.Row with { NextOrdinal = Math.Max(2, written.Row.NextOrdinal - 1) } };
}

internal sealed class NextWakeForgotten : Stepped
{
    protected override StepResult<RolloutState>.Written Change(StepResult<RolloutState>.Written written) =>
        written with { Row = written.Row with { NextWake = null } };
}

internal sealed class StateIsNotTheFold : Stepped
{
    protected override StepResult<RolloutState>.Written Change(StepResult<RolloutState>.Written written) =>
        written with
        {
            Row = written.Row with { State = written.Row.State! with { StepSince = written.Row.At.AddSeconds(1) } },
        };
}

internal sealed class ChainIsBroken : Tamper
{
    public override StepResult<RolloutState> Step(
        IDecider<RolloutState, RolloutInput, RolloutEvent> decider, Row<RolloutState> row, RolloutInput input,
        Command? command, DateTimeOffset now) => base.Step(decider, row with { Head = "" }, input, command, now);
}

internal sealed class CommandsAreForgotten : Tamper
{
    public override StepResult<RolloutState> Step(
        IDecider<RolloutState, RolloutInput, RolloutEvent> decider, Row<RolloutState> row, RolloutInput input,
        Command? command, DateTimeOffset now) => base.Step(decider, row with { Commands = [] }, input, command, now);
}

internal sealed class CommandsAreAcknowledgedOnly : Tamper
{
    public override StepResult<RolloutState> Step(
        IDecider<RolloutState, RolloutInput, RolloutEvent> decider, Row<RolloutState> row, RolloutInput input,
        Command? command, DateTimeOffset now) =>
        base.Step(decider, row, input, command, now) is var result
        && result is StepResult<RolloutState>.Written && input is RolloutInput.Promote or RolloutInput.Resume
            ? new StepResult<RolloutState>.Unchanged(null)
            : result;
}

internal sealed class OldAttemptsOutcomeTaken : Tamper
{
    public override StepResult<RolloutState> Step(
        IDecider<RolloutState, RolloutInput, RolloutEvent> decider, Row<RolloutState> row, RolloutInput input,
        Command? command, DateTimeOffset now)
    {
        if (input is not RolloutInput.OutcomeReported { Report: var report })
            return base.Step(decider, row, input, command, now);
        var entry = row.Outbox.FirstOrDefault(e => e.Effect.Ordinal == report.Ordinal);
        var taken = new RolloutInput.OutcomeReported(report with { Attempt = entry?.Attempt ?? report.Attempt });
        var result = base.Step(decider, row, taken, command, now);
        return result is StepResult<RolloutState>.Written written
            ? Stepped.Rewritten(written, read => read with { Input = input })
            : result;
    }
}

internal sealed class WriteLostButActed : Tamper
{
    private int _writes;

    public override WriteAnswer Write(
        Store store, StepResult<RolloutState>.Written written, long known, Faults faults) =>
        ++_writes % 7 == 0 ? WriteAnswer.Committed : base.Write(store, written, known, faults);
}

internal sealed class StaleWriteAccepted : Tamper
{
    public override WriteAnswer Write(
        Store store, StepResult<RolloutState>.Written written, long known, Faults faults) =>
        base.Write(store, written, store.Row.Sequence, faults);
}

internal sealed class ActsBeforeItWrites : Tamper
{
    public override bool ActsFirst => true;
}

/// <summary>What a step gives is changed before it is written.</summary>
internal abstract class Stepped : Tamper
{
    public sealed override StepResult<RolloutState> Step(
        IDecider<RolloutState, RolloutInput, RolloutEvent> decider, Row<RolloutState> row, RolloutInput input,
        Command? command, DateTimeOffset now) =>
        base.Step(decider, row, input, command, now) is StepResult<RolloutState>.Written written
            ? Change(written)
            : base.Step(decider, row, input, command, now);

    protected abstract StepResult<RolloutState>.Written Change(StepResult<RolloutState>.Written written);

    /// <summary>Another transition is stored, and the chain still holds.</summary>
    public static StepResult<RolloutState>.Written Rewritten(
        StepResult<RolloutState>.Written written,
        Func<Transition<RolloutInput, RolloutEvent>, Transition<RolloutInput, RolloutEvent>> change)
    {
        var text = Vocabulary.Write(change(
            Vocabulary.Read<Transition<RolloutInput, RolloutEvent>>(written.Transition)));
        return written with { Transition = text, Row = written.Row with { Head = TransitionHash.Of(text) } };
    }

    protected static StepResult<RolloutState>.Written RewrittenEffects(
        StepResult<RolloutState>.Written written, Func<Effect, Effect> change)
    {
        ImmutableArray<Dispatch> attempts = [.. written.Attempts.Select(a => a with { Effect = change(a.Effect) })];
        var outbox = written.Row.Outbox.Select(entry => entry with { Effect = change(entry.Effect) });
        var rewritten = Rewritten(
            written, read => read with { Effects = [.. read.Effects.Select(change)], Attempts = attempts });
        return rewritten with { Attempts = attempts, Row = rewritten.Row with { Outbox = [.. outbox] } };
    }
}
