using OrleansRelease.Core.Effects;

namespace OrleansRelease.Core.Durability;

/// <summary>
/// The rules of one kind of durable thing, pure: the same instance decides in production, simulation and audit.
/// </summary>
public interface IDecider<TState, TInput, TEvent>
    where TState : class
{
    /// <summary>The stable word of this kind in keys and columns, such as <c>rollout</c>.</summary>
    string Kind { get; }

    /// <summary>
    /// Rises when the same inputs may be decided otherwise than before; stored with every transition.
    /// </summary>
    int Version { get; }

    /// <summary>Settled effects stay on record in the state, because later decisions are made from them.</summary>
    bool KeepsEffects { get; }

    TInput Tick { get; }

    TInput Reported(OutcomeReport report);

    Decision<TEvent> Decide(TState? state, TInput input, Moment moment);

    TState Evolve(TState? state, TEvent happened, DateTimeOffset at);

    /// <summary>
    /// Whether a further attempt at a pending effect may be made now; a forward one asks its gates again.
    /// </summary>
    bool MayAttempt(TState state, Effect effect, DateTimeOffset now);

    /// <summary>When the state wants to be looked at again, whatever its effects do; null when never.</summary>
    DateTimeOffset? NextWake(TState state);

    /// <summary>What fences and the index columns are made from.</summary>
    Facts Describe(TState state);
}
