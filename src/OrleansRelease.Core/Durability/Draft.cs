using System.Collections.Immutable;
using OrleansRelease.Core.Effects;

namespace OrleansRelease.Core.Durability;

/// <summary>
/// A decision while it is being made: the state as it would be after the events so far. Lives within one call.
/// </summary>
internal abstract class Draft<TState, TEvent>(TState state, Moment moment)
{
    private readonly ImmutableArray<TEvent>.Builder _events = ImmutableArray.CreateBuilder<TEvent>();
    private readonly ImmutableArray<Intent>.Builder _intents = ImmutableArray.CreateBuilder<Intent>();
    private readonly ImmutableArray<int>.Builder _abandoned = ImmutableArray.CreateBuilder<int>();

    public TState State { get; private set; } = state;

    public Moment Moment => moment;

    public DateTimeOffset Now => moment.Now;

    /// <summary>The ordinal that the next intended effect will get.</summary>
    public int NextOrdinal => moment.NextOrdinal + _intents.Count;

    public void Happen(TEvent happened)
    {
        _events.Add(happened);
        State = Evolve(State, happened);
    }

    public void Intend(Intent intent) => _intents.Add(intent);

    /// <summary>Nobody waits for these pending effects any longer.</summary>
    public void AbandonWhere(Func<Effect, bool> which)
    {
        foreach (var entry in moment.Outbox.Where(entry => entry.IsPending && which(entry.Effect)))
        {
            if (!_abandoned.Contains(entry.Effect.Ordinal)) _abandoned.Add(entry.Effect.Ordinal);
        }
    }

    public Decision<TEvent> Done(string? answer = null) => new Decision<TEvent>.Accepted(
        _events.ToImmutable(), _intents.ToImmutable(), _abandoned.ToImmutable(), answer);

    protected abstract TState Evolve(TState before, TEvent happened);
}
