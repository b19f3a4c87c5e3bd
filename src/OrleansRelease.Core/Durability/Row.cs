using System.Collections.Immutable;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Durability;

/// <summary>
/// The bounded durable state of one grain: one database row. <see cref="Head"/> is the hash of the newest transition,
/// whose sequence is <see cref="Sequence"/>; both are zero and empty before the first write. <see cref="Schema"/> is
/// the format in which it was written (<see cref="RowFormat"/>).
/// </summary>
public sealed record Row<TState>(
    int Schema,
    long Sequence,
    string Head,
    DateTimeOffset At,
    TState? State,
    int NextOrdinal,
    ImmutableArray<OutboxEntry> Outbox,
    ImmutableArray<AnsweredCommand> Commands,
    DateTimeOffset? NextWake)
    where TState : class
{
    /// <summary>
    /// The epoch of the store in which it was last written; what says nothing is from before any restore.
    /// </summary>
    public int Epoch { get; init; } = 1;

    public static Row<TState> Empty { get; } =
        new(RowFormat.Oldest, 0, "", DateTimeOffset.UnixEpoch, null, 1, [], [], null);
}

/// <summary>The bounds of a row.</summary>
public static class RowLimits
{
    /// <summary>How many commands a row remembers with their answers.</summary>
    public const int RememberedCommands = 64;

    /// <summary>How many settled effects of one direction and action a row keeps.</summary>
    public const int KeptEffectsOfASort = 16;

    /// <summary>The size of a state in bytes from which a warning is logged.</summary>
    public const int WarnBytes = 32 * 1024;

    /// <summary>
    /// The size of a state in bytes from which a write is refused, unless it is an abort or a way back.
    /// </summary>
    public const int MaxBytes = 256 * 1024;
}

/// <summary>A command that was accepted, so that its repetition gets the same answer and no transition.</summary>
public sealed record AnsweredCommand(CommandId Id, string BodyHash, string? Answer, long Sequence);
