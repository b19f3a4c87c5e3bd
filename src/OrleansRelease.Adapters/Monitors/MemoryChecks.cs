using OrleansRelease.Core.Monitors;
using OrleansRelease.Ports.Monitors;

namespace OrleansRelease.Adapters.Monitors;

/// <summary>Checks of nothing real: one instance is what one server sees of the world.</summary>
public sealed class MemoryChecks : IChecks
{
    private int _asked;

    /// <summary>What comes of a request; a 200 where nobody says.</summary>
    public Func<MonitorCheck, CheckAnswer>? Answers { get; set; }

    /// <summary>Whether the other address of monitors can be reached.</summary>
    public bool HasNetwork { get; set; } = true;

    /// <summary>How many requests there were.</summary>
    public int Asked => Volatile.Read(ref _asked);

    public Task<CheckAnswer> AskAsync(MonitorCheck check, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Interlocked.Increment(ref _asked);
        return Task.FromResult(Answers?.Invoke(check) ?? With(200));
    }

    public Task<bool> ReachesNetworkAsync(MonitorCheck check, CancellationToken cancellation) =>
        Task.FromResult(HasNetwork);

    /// <summary>An answer with this status, at once and without a body.</summary>
    public static CheckAnswer With(int status) =>
        new CheckAnswer.Answered(status, TimeSpan.FromMilliseconds(1), ReadOnlyMemory<byte>.Empty, false, null);
}
