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

    public Decision<PermitsEvent> Decide(EnvironmentState? state, PermitsInput input, Moment moment) => input switch
    {
        PermitsInput.Request request => Request(state, request, moment),
        PermitsInput.Return returned => Return(state, returned.Rollout, moment),
        PermitsInput.OutcomeReported or PermitsInput.Tick => TakeBack(state, moment),
        _ => throw new UnreachableException(),
    };

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

    private Decision<PermitsEvent> Request(EnvironmentState? state, PermitsInput.Request request, Moment moment)
    {
        var (rollout, limit) = request;
        // Its return overtook its request: it has ended, and nobody would ever give the permit back.
        if (state?.Returned.Contains(rollout) == true) return Decision<PermitsEvent>.Nothing;
        var known = state is not null && Knows(state, rollout);
        if (!known && state?.Waiting.Length >= EnvironmentLimits.MaxWaiting)
        {
            return new Decision<PermitsEvent>.Refused(new(RefusalCodes.TooManyWaiting,
                $"{EnvironmentLimits.MaxWaiting} rollouts wait for a permit in {state.Environment}", "later"));
        }

        return Fill(
            state,
            [
                .. state?.MaxParallel == limit
                    ? Array.Empty<PermitsEvent>()
                    : [new PermitsEvent.LimitChanged(rollout.Slot.Environment, limit)],
                .. known ? Array.Empty<PermitsEvent>() : [new PermitsEvent.Requested(rollout)],
            ],
            [], moment);
    }

    private Decision<PermitsEvent> Return(EnvironmentState? state, RolloutId rollout, Moment moment)
    {
        if (state?.Returned.Contains(rollout) == true && !Knows(state, rollout)) return Decision<PermitsEvent>.Nothing;
        // A rollout that ended before its request came is remembered too; the limit of a first one is not known yet.
        PermitsEvent[] first = state is null ? [new PermitsEvent.LimitChanged(rollout.Slot.Environment, 1)] : [];
        var abandoned = moment.Outbox
            .Where(e => e.IsPending && e.Effect.Action is EffectAction.GrantPermit grant && grant.Rollout == rollout)
            .Select(e => e.Effect.Ordinal);
        return Fill(state, [.. first, new PermitsEvent.Returned(rollout)], [.. abandoned], moment);
    }

    // What was granted to a rollout that has no use for it: its request came so late that its return is forgotten.
    private Decision<PermitsEvent> TakeBack(EnvironmentState? state, Moment moment)
    {
        ImmutableArray<PermitsEvent> returned =
        [
            .. moment.Settled
                .Where(entry => entry.Status != EffectStatus.Applied)
                .Select(entry => entry.Effect.Action).OfType<EffectAction.GrantPermit>()
                .Where(grant => state?.Holding.Contains(grant.Rollout) == true)
                .Select(grant => new PermitsEvent.Returned(grant.Rollout)),
        ];
        return returned.IsEmpty ? Decision<PermitsEvent>.Nothing : Fill(state, returned, [], moment);
    }

    private static bool Knows(EnvironmentState state, RolloutId rollout) =>
        state.Holding.Contains(rollout) || state.Waiting.Contains(rollout);

    // Every permit that is free after these events is granted in the same transition.
    private Decision<PermitsEvent> Fill(
        EnvironmentState? state, ImmutableArray<PermitsEvent> events, ImmutableArray<int> abandoned, Moment moment)
    {
        var after = events.Aggregate(state, (s, happened) => Evolve(s, happened, moment.Now));
        ImmutableArray<RolloutId> granted = after is null
            ? []
            : [.. after.Waiting.Take(Math.Max(0, after.MaxParallel - after.Holding.Length))];
        return new Decision<PermitsEvent>.Accepted(
            [.. events, .. granted.Select(rollout => new PermitsEvent.Granted(rollout))],
            [.. granted.Select(rollout => new Intent(
                Direction.Neutral, new EffectAction.GrantPermit(rollout), EffectLimits.Internal))],
            abandoned, null);
    }

    private static ImmutableArray<RolloutId> Remember(ImmutableArray<RolloutId> returned, RolloutId rollout) =>
        returned.Contains(rollout) ? returned
        : (returned.Length < EnvironmentLimits.RememberedReturns ? returned : returned.RemoveAt(0)).Add(rollout);
}
