using System.Collections.Immutable;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Effects;

namespace OrleansRelease.Core.Durability;

/// <summary>An effect as decided, before it is given its ordinal and fence.</summary>
public sealed record Intent(Direction Direction, EffectAction Action, EffectLimits Limits)
{
    /// <summary>Not to be begun before; null: at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }
}

/// <summary>Events and effects, or an expected "no".</summary>
public abstract record Decision<TEvent>
{
    private Decision()
    {
    }

    /// <summary>
    /// What happened and what to do next. <see cref="Abandoned"/> are pending effects that nobody waits for any longer:
    /// where they may have happened they count as unknown, and the fence of what follows keeps a late arrival out.
    /// </summary>
    public sealed record Accepted(
        ImmutableArray<TEvent> Events, ImmutableArray<Intent> Effects, ImmutableArray<int> Abandoned, string? Answer)
        : Decision<TEvent>
    {
        /// <summary>Whom the transition rings, so that they read it.</summary>
        public ImmutableArray<Ring> Rings { get; init; } = [];
    }

    public sealed record Refused(Refusal Refusal) : Decision<TEvent>;

    public static Decision<TEvent> Nothing { get; } = new Accepted([], [], [], null);
}
