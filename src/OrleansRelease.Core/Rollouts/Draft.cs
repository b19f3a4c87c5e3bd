using System.Collections.Immutable;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Rollouts;

/// <summary>
/// A decision while it is being made: the state as it would be after the events so far. Lives within one call.
/// </summary>
internal sealed class Draft(RolloutSpec spec, RolloutState state, Moment moment)
{
    private readonly ImmutableArray<RolloutEvent>.Builder _events = ImmutableArray.CreateBuilder<RolloutEvent>();
    private readonly ImmutableArray<Intent>.Builder _intents = ImmutableArray.CreateBuilder<Intent>();
    private ImmutableArray<int> _abandoned = [];

    public RolloutSpec Spec => spec;

    public RolloutState State { get; private set; } = state;

    public Moment Moment => moment;

    public DateTimeOffset Now => moment.Now;

    /// <summary>The ordinal that the next intended effect will get.</summary>
    public int NextOrdinal => moment.NextOrdinal + _intents.Count;

    public void Happen(RolloutEvent happened)
    {
        _events.Add(happened);
        State = Evolution.Evolve(spec, State, happened, Now);
    }

    public void Intend(Intent intent) => _intents.Add(intent);

    /// <summary>Nobody waits for the pending effects of this direction any longer.</summary>
    public void Abandon(Direction direction) => _abandoned =
    [
        .. _abandoned,
        .. moment.Outbox
            .Where(entry => entry.IsPending && entry.Effect.Direction == direction)
            .Select(entry => entry.Effect.Ordinal),
    ];

    public Decision<RolloutEvent> Done(string? answer = null) => new Decision<RolloutEvent>.Accepted(
        _events.ToImmutable(), _intents.ToImmutable(), _abandoned, answer);
}
