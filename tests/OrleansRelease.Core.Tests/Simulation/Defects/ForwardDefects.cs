using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Simulation.Defects;

internal sealed class PermitIgnored : Meddler
{
    protected override RolloutInput Hear(RolloutState? state, RolloutInput input) =>
        state?.Stage is Stage.Pending && input is RolloutInput.OutcomeReported
            ? new RolloutInput.PermitGranted()
            : input;
}

internal sealed class HealthGateSkipped : Meddler
{
    private static readonly InstanceCount Ready = new(2, 2);

    protected override RolloutState See(RolloutState state, DateTimeOffset now) =>
        state with { Health = new(now, Ready, Ready) };
}

internal sealed class ExpiredHealthUsed : Meddler
{
    protected override RolloutState See(RolloutState state, DateTimeOffset now) =>
        state.Health is { } health ? state with { Health = health with { At = now } } : state;
}

internal sealed class RequirementGateSkipped : Meddler
{
    protected override RolloutState See(RolloutState state, DateTimeOffset now) =>
        state.Required is { Stable: [var cart] }
            ? state with { Required = new(now, [cart with { Version = Elsewhere.Good }]) }
            : state;
}

internal sealed class FreezeGateIgnored : Meddler
{
    protected override RolloutInput Hear(RolloutState? state, RolloutInput input) =>
        input is RolloutInput.Answered { Freeze: { } freeze } answered
            ? answered with { Freeze = freeze with { Freeze = null } }
            : input;
}

/// <summary>A server goes by what it has seen ten seconds ago.</summary>
internal sealed class LooksAreKeptTooLong : Tamper
{
    public override string? Forbidden(Freezes freezes, DateTimeOffset now) =>
        freezes.Forbidden(now, longer: TimeSpan.FromSeconds(10));
}

internal sealed class EvidenceGateIgnored : Meddler
{
    protected override RolloutState See(RolloutState state, DateTimeOffset now) =>
        state.Work is Work.Gated ? state with { Exposure = state.Exposure with { ConfirmedAt = null } } : state;
}

internal sealed class NoDataCountsAsPass : Meddler
{
    protected override RolloutInput Hear(RolloutState? state, RolloutInput input) =>
        input is RolloutInput.Answered answered
            ? answered with { Measurements = [.. answered.Measurements.Select(Whitewashed)] }
            : input;

    private static Measurement Whitewashed(Measurement measurement) => measurement.Reading is Reading.NoData
        ? measurement with { Reading = new Reading.Counts(0, 100) }
        : measurement;
}

internal sealed class FailuresAreNotHeard : Meddler
{
    protected override RolloutInput Hear(RolloutState? state, RolloutInput input) =>
        input is RolloutInput.Answered answered
            ? answered with { Measurements = answered.Measurements.RemoveAll(m => m.Reading is not Reading.NoData) }
            : input;
}

internal sealed class PauseEndsEarly : Meddler
{
    protected override RolloutState See(RolloutState state, DateTimeOffset now) =>
        state.Stage is Stage.Moving { Work: Work.Resting { Until: { } until } } moving
            ? state with { Stage = moving with { Work = new Work.Resting(until.AddSeconds(-2)) } }
            : state;
}

internal sealed class VerifyCountsUncoveredTime : Meddler
{
    protected override RolloutState See(RolloutState state, DateTimeOffset now) => state.Work is Work.Covering
        ? state with
        {
            Tallies = state.Tallies.SetItems(state.Tallies.Select(t =>
                KeyValuePair.Create(t.Key, t.Value with { Covered = now - t.Value.CoveredFrom }))),
        }
        : state;
}

internal sealed class HeldMovesOn : Meddler
{
    protected override RolloutState See(RolloutState state, DateTimeOffset now) =>
        state.Stage is Stage.Held { Hold.Evidence: null } held
            ? state with { Stage = new Stage.Moving(held.Step, held.Work) }
            : state;
}

internal sealed class HeldByAFindingMovesOn : Meddler
{
    protected override RolloutState See(RolloutState state, DateTimeOffset now) =>
        state.Stage is Stage.Held { Hold: { Evidence: null, Person: null } } held
            ? state with { Stage = new Stage.Moving(held.Step, held.Work) }
            : state;
}

internal sealed class BlameIsSwallowed : Meddler
{
    protected override RolloutInput Hear(RolloutState? state, RolloutInput input) =>
        input is RolloutInput.Attributed { Finding.Judgement: Core.Attribution.Judgement.Blame }
            ? new RolloutInput.Tick()
            : input;
}

internal sealed class FindingsHoldForever : Meddler
{
    protected override RolloutState See(RolloutState state, DateTimeOffset now) =>
        state.Stage is Stage.Held { Hold: { Findings: { } findings } hold } held
            ? state with
            {
                Stage = held with
                {
                    Hold = hold with
                    {
                        Findings = [.. findings.Select(found => found with { EndsAt = now.AddDays(1) })],
                    },
                },
            }
            : state;
}

internal sealed class AbortLosesAgainstPromote : Meddler
{
    protected override RolloutInput Hear(RolloutState? state, RolloutInput input) =>
        input is RolloutInput.Abort abort && state?.Stage is Stage.Moving { Work: Work.Resting or Work.Judging }
            ? new RolloutInput.Promote(abort.Actor, abort.Reason)
            : input;
}

internal sealed class AbortIsSwallowed : Meddler
{
    protected override RolloutInput Hear(RolloutState? state, RolloutInput input) =>
        input is RolloutInput.Abort && state?.Stage is Stage.Moving ? new RolloutInput.PermitGranted() : input;

    // Something changes, so that the command is answered with yes.
    protected override Decision<RolloutEvent>.Accepted Say(
        RolloutState? state, RolloutInput input, Decision<RolloutEvent>.Accepted said) =>
        input is RolloutInput.Abort && state?.Stage is Stage.Moving && said.Events.IsEmpty
            ? said with { Events = [new RolloutEvent.HealthSeen(new(state.CreatedAt, new(0, 1), null))] }
            : said;
}

internal sealed class PromoteNeverRefused : Meddler
{
    protected override RolloutInput Hear(RolloutState? state, RolloutInput input) =>
        input is RolloutInput.Promote promote && state?.Stage is Stage.Held { Hold.Evidence: not null }
            ? new RolloutInput.Abort(promote.Actor, promote.Reason)
            : input;
}

internal sealed class OneVersionTwiceInASplit : Meddler
{
    protected override Decision<RolloutEvent>.Accepted Say(
        RolloutState? state, RolloutInput input, Decision<RolloutEvent>.Accepted said) => said with
        {
            Effects =
            [
                .. said.Effects.Select(effect =>
                    effect is { Direction: Direction.Forward, Action: EffectAction.SetTraffic { Split: var split } on }
                        ? effect with { Action = on with { Split = split with { Baseline = split.Candidate } } }
                        : effect),
            ],
        };
}

internal sealed class WakesTooLate : Meddler
{
    protected override DateTimeOffset? Wake(DateTimeOffset? wake) => wake + TimeSpan.FromSeconds(90);
}

internal sealed class DecidesByChance : Meddler
{
    private int _decided;

    protected override RolloutInput Hear(RolloutState? state, RolloutInput input) => input is RolloutInput.Begin begin
        ? begin with { StartedBy = ActorName.From($"pipeline-{_decided++}") }
        : input;
}
