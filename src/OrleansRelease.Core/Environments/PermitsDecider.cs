using System.Collections.Immutable;
using System.Diagnostics;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Environments;

/// <summary>
/// The rules of an environment's concurrency budget: one permit for each rollout, first come first served.
/// </summary>
public sealed class PermitsDecider : IDecider<EnvironmentState, PermitsInput, PermitsEvent>
{
    public string Kind => Kinds.Environment;

    public int Version => 1;

    public bool KeepsEffects => false;

    public PermitsInput Tick { get; } = new PermitsInput.Tick();

    public PermitsInput Reported(OutcomeReport report) => new PermitsInput.OutcomeReported(report);

    public Decision<PermitsEvent> Decide(EnvironmentState? state, PermitsInput input, Moment moment)
    {
        if (input is PermitsInput.Request { Rollout: var rollout } && !HasRoomFor(state, rollout))
            return new Decision<PermitsEvent>.Refused(Full(state!));

        var turn = new Turn(this, state, moment);
        foreach (var one in (input as PermitsInput.Several)?.Inputs ?? [input]) Take(turn, one, moment);
        return turn.Done();
    }

    public EnvironmentState Evolve(EnvironmentState? state, PermitsEvent happened, DateTimeOffset at) =>
        (state, happened) switch
        {
            (null, PermitsEvent.LimitChanged first) => new(first.Environment, first.MaxParallel, [], [], []),
            ({ } s, PermitsEvent.LimitChanged changed) => s with { MaxParallel = changed.MaxParallel },
            ({ } s, PermitsEvent.Requested requested) => s with { Waiting = s.Waiting.Add(requested.Rollout) },
            ({ } s, PermitsEvent.Granted granted) => s with
            {
                Holding = s.Holding.Add(granted.Rollout),
                Waiting = s.Waiting.Remove(granted.Rollout),
            },
            ({ } s, PermitsEvent.Returned returned) => s with
            {
                Holding = s.Holding.Remove(returned.Rollout),
                Waiting = s.Waiting.Remove(returned.Rollout),
                Returned = Remember(s.Returned, returned.Rollout),
            },
            _ => throw new UnreachableException(),
        };

    public bool MayAttempt(EnvironmentState state, Effect effect, DateTimeOffset now) => true;

    public DateTimeOffset? NextWake(EnvironmentState state) => null;

    public Facts Describe(EnvironmentState state) =>
        new(0, state.Waiting.IsEmpty ? "Free" : "Full", Environment: state.Environment);

    /// <summary>The answer to a request for which there is no room.</summary>
    public static Refusal Full(EnvironmentState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return new(
            RefusalCodes.TooManyWaiting,
            $"{EnvironmentLimits.MaxWaiting} rollouts wait for a permit in {state.Environment}", "later");
    }

    private static void Take(Turn turn, PermitsInput input, Moment moment)
    {
        switch (input)
        {
            case PermitsInput.Request request:
                Request(turn, request);
                break;
            case PermitsInput.Return returned:
                Return(turn, returned.Rollout, moment);
                break;
            case PermitsInput.OutcomeReported or PermitsInput.Tick:
                TakeBack(turn, moment);
                break;
            default:
                throw new UnreachableException();
        }

        turn.Fill();
    }

    private static void Request(Turn turn, PermitsInput.Request request)
    {
        var (rollout, limit) = request;
        // Its return overtook its request: it has ended, and nobody would ever give the permit back. One of several for
        // which there is no room is not known afterwards, which tells whoever asked.
        if (turn.State?.Returned.Contains(rollout) == true || !HasRoomFor(turn.State, rollout)) return;
        if (turn.State?.MaxParallel != limit)
            turn.Happen(new PermitsEvent.LimitChanged(rollout.Slot.Environment, limit));
        if (!turn.State!.Knows(rollout)) turn.Happen(new PermitsEvent.Requested(rollout));
    }

    private static void Return(Turn turn, RolloutId rollout, Moment moment)
    {
        if (turn.State?.Returned.Contains(rollout) == true && !turn.State.Knows(rollout)) return;
        // A rollout that ended before its request came is remembered too; the limit of a first one is not known yet.
        if (turn.State is null) turn.Happen(new PermitsEvent.LimitChanged(rollout.Slot.Environment, 1));
        turn.Happen(new PermitsEvent.Returned(rollout));
        turn.Abandon(moment.Outbox
            .Where(e => e.IsPending && e.Effect.Action is EffectAction.GrantPermit grant && grant.Rollout == rollout)
            .Select(e => e.Effect.Ordinal));
    }

    // What was granted to a rollout that has no use for it: its request came so late that its return is forgotten.
    private static void TakeBack(Turn turn, Moment moment)
    {
        foreach (var entry in moment.Settled.Where(entry => entry.Status != EffectStatus.Applied))
        {
            if (entry.Effect.Action is EffectAction.GrantPermit { Rollout: var rollout }
                && turn.State?.Holding.Contains(rollout) == true)
            {
                turn.Happen(new PermitsEvent.Returned(rollout));
            }
        }
    }

    private static bool HasRoomFor(EnvironmentState? state, RolloutId rollout) =>
        state is null || state.Returned.Contains(rollout) || state.Knows(rollout)
        || state.Waiting.Length < EnvironmentLimits.MaxWaiting;

    private static ImmutableArray<RolloutId> Remember(ImmutableArray<RolloutId> returned, RolloutId rollout) =>
        returned.Contains(rollout) ? returned
        : (returned.Length < EnvironmentLimits.RememberedReturns ? returned : returned.RemoveAt(0)).Add(rollout);

    /// <summary>What is decided together: each thing over what those before it have led to.</summary>
    private sealed class Turn(PermitsDecider decider, EnvironmentState? before, Moment moment)
    {
        private readonly ImmutableArray<PermitsEvent>.Builder _events = ImmutableArray.CreateBuilder<PermitsEvent>();
        private readonly List<RolloutId> _granted = [];
        private readonly HashSet<int> _abandoned = [];

        public EnvironmentState? State { get; private set; } = before;

        public void Happen(PermitsEvent happened)
        {
            _events.Add(happened);
            State = decider.Evolve(State, happened, moment.Now);
        }

        public void Abandon(IEnumerable<int> ordinals) => _abandoned.UnionWith(ordinals);

        /// <summary>Every permit that is free by now is granted in the same transition.</summary>
        public void Fill()
        {
            while (State is { Waiting: [var next, ..] } state && state.Holding.Length < state.MaxParallel)
            {
                Happen(new PermitsEvent.Granted(next));
                _granted.Add(next);
            }
        }

        // One that was given back at once has nobody who would hear of it.
        public Decision<PermitsEvent> Done() => new Decision<PermitsEvent>.Accepted(
            _events.ToImmutable(),
            [
                .. _granted.Where(rollout => State!.Holding.Contains(rollout)).Distinct().Select(rollout => new Intent(
                    Direction.Neutral, new EffectAction.GrantPermit(rollout), EffectLimits.Internal)),
            ],
            [.. _abandoned.Order()], null);
    }
}
