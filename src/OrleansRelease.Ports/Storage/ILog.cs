namespace OrleansRelease.Ports.Storage;

/// <summary>The transition log, read only: rows are appended by the write of the state they led to.</summary>
public interface ILog
{
    /// <summary>Transitions of one grain after a sequence, in order, as the exact stored text.</summary>
    Task<IReadOnlyList<LogEntry>> ReadAsync(
        string kind, string key, long afterSequence, int limit, CancellationToken cancellation);

    /// <summary>
    /// Transitions of all grains after a position, in the order in which they can be followed without missing one.
    /// </summary>
    Task<IReadOnlyList<LogEntry>> TailAsync(long afterPosition, int limit, CancellationToken cancellation);

    /// <summary>The position of the newest transition; 0 when there is none.</summary>
    Task<long> HeadAsync(CancellationToken cancellation);
}

/// <summary><see cref="Position"/> orders the whole store, <see cref="Sequence"/> one grain.</summary>
public sealed record LogEntry(
    long Position, string Kind, string Key, long Sequence, DateTimeOffset At, string Transition);
