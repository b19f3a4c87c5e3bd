using System.Collections.Immutable;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Simulating;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Planning;

/// <summary>
/// How long the steps of a release's services took the last times, where that is on record. It makes an answer better,
/// and is worth no failure: what is not read in time is left.
/// </summary>
internal sealed class PastDurations(IPastRollouts past, TimeProvider time)
{
    /// <summary>How many rollouts of each slot are looked at: what was long ago says little.</summary>
    public const int Newest = 5;

    /// <summary>How long all of it may take: whoever asks waits for the simulation, too.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(4);

    /// <summary>How many slots are read at a time.</summary>
    private const int AtATime = 4;

    /// <param name="slots">Each with the number of its last rollout.</param>
    /// <param name="cancellation">Whoever asks has gone.</param>
    public async Task<PastRead> ReadAsync(
        IReadOnlyCollection<KeyValuePair<SlotKey, int>> slots, CancellationToken cancellation)
    {
        using var isTimeUp = new CancellationTokenSource(Longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, isTimeUp.Token);
        var (known, read) = (ImmutableArray.CreateBuilder<KnownDuration>(), 0);
        try
        {
            foreach (var some in slots.Chunk(AtATime))
            {
                either.Token.ThrowIfCancellationRequested();
                var found = await Task.WhenAll(some.Select(slot => past.ReadAsync(NewestOf(slot), either.Token)));
                foreach (var (slot, rollouts) in some.Zip(found))
                    known.AddRange(PastSteps.Of(slot.Key.Service, rollouts));
                read += some.Length;
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The others are known as if nothing were on record, and the answer says how many.
        }

        return new(known.ToImmutable(), slots.Count - read);
    }

    private static ImmutableArray<RolloutId> NewestOf(KeyValuePair<SlotKey, int> slot) =>
        [.. Enumerable.Range(0, Math.Min(slot.Value, Newest)).Select(i => new RolloutId(slot.Key, slot.Value - i))];
}

/// <summary>What is on record, and of how many services that was not read.</summary>
internal sealed record PastRead(ImmutableArray<KnownDuration> Known, int Unread);
