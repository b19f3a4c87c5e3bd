using System.Collections.Concurrent;
using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Attribution;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Slos;
using OrleansRelease.Core.Specs;
using OrleansRelease.Grains.Effects;

namespace OrleansRelease.Grains.Inquiries;

/// <summary>
/// The requests of objectives in short stretches of time, of all versions or of one, as one look wants them: each is
/// asked once, and a source that does not answer is not asked again before the next look.
/// </summary>
/// <param name="sources">Where they are counted, with their turns.</param>
/// <param name="now">What has not come into a source by then is asked for the next time.</param>
internal sealed class RequestCounts(CountSources sources, DateTimeOffset now)
{
    private readonly ConcurrentDictionary<Asked, Lazy<Task<ImmutableArray<Stretch>?>>> _asked = new();
    private readonly ConcurrentDictionary<string, byte> _silent = new();

    /// <summary>The end of the newest whole stretch.</summary>
    public DateTimeOffset End { get; } = sources.EndAt(now);

    /// <summary>From old to new, at least from a time on; null: nobody knows, or it cannot be asked.</summary>
    public Task<ImmutableArray<Stretch>?> OfAllAsync(
        RolloutSpec spec, Slo slo, DateTimeOffset from, CancellationToken cancellation) =>
        AskAsync(spec, SloCounts.Of(slo, sources.Length), from, cancellation);

    /// <summary>The same of the version that a rollout brings.</summary>
    public Task<ImmutableArray<Stretch>?> OfCandidateAsync(
        RolloutSpec spec, Slo slo, DateTimeOffset from, CancellationToken cancellation) =>
        AskAsync(spec, CandidateCounts.Of(slo, spec, sources.Length).Counts, from, cancellation);

    /// <summary>Whether there are queries of all versions.</summary>
    public bool CanAsk(RolloutSpec spec, Slo slo) =>
        spec.Metrics is not null && SloCounts.Of(slo, sources.Length) is not null;

    /// <summary>Whether there are queries of all versions, and of the one that a rollout brings.</summary>
    public bool CanSplit(RolloutSpec spec, Slo slo) =>
        CanAsk(spec, slo) && CandidateCounts.Of(slo, spec, sources.Length).Counts is not null;

    private Task<ImmutableArray<Stretch>?> AskAsync(
        RolloutSpec spec, SloCounts? counts, DateTimeOffset from, CancellationToken cancellation) =>
        counts is null || spec.Metrics is not { } metrics
            ? Task.FromResult<ImmutableArray<Stretch>?>(null)
            : _asked.GetOrAdd(
                new(Connections.Of(spec, metrics), counts, from),
                asked => new(() => ReadAsync(asked, metrics, cancellation))).Value;

    private async Task<ImmutableArray<Stretch>?> ReadAsync(
        Asked asked, MetricsConnection metrics, CancellationToken cancellation)
    {
        if (_silent.ContainsKey(asked.Connection)) return null;
        var window = new Window(0, asked.From, sources.EndAt(now - metrics.Delay));
        var read = await sources.ReadAsync(
            asked.Connection, metrics, asked.Counts, window, () => _silent.ContainsKey(asked.Connection),
            cancellation);
        if (read is null) _silent[asked.Connection] = 0;
        return read is (var stretches, null) ? stretches : null;
    }

    private sealed record Asked(string Connection, SloCounts Counts, DateTimeOffset From);
}
