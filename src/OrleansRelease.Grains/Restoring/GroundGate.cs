using System.Collections.Concurrent;
using OrleansRelease.Contracts;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Grains.Durability;
using OrleansRelease.Grains.Releases;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Restoring;

/// <summary>
/// After a restore nothing of a release goes forward before it was seen that all it stands on is still there: its own
/// record may hold while that of what it needs does not. Nor does what a person lets go on when its release goes back
/// and could not tell it so, because it differed. Ways back ask nobody.
/// </summary>
internal sealed class GroundGate(IRows rows, SoakSlots passages, IStoreClock clock)
{
    /// <summary>How many rollouts are remembered; those beyond are read again.</summary>
    private const int Remembered = 10_000;

    private readonly ConcurrentDictionary<RolloutId, byte> _seen = new();

    /// <summary>What it stands on and is not known to be there, for people; null: all of it is, or it needs nothing.
    /// </summary>
    public async ValueTask<string?> MissingAsync(RolloutId rollout, CancellationToken cancellation)
    {
        if (clock.Epoch == 1 || _seen.ContainsKey(rollout)) return null;
        if ((await rows.TryReadAsync<RolloutState>(Kinds.Rollout, $"{rollout}", cancellation))?.State is not { } own)
            return $"{rollout} cannot be read";
        if (own.Passage is { } passage && await MissingAsync(passage, rollout, cancellation) is { } missing)
            return missing;
        if (_seen.Count >= Remembered) _seen.Clear();
        _seen.TryAdd(rollout, 0);
        return null;
    }

    // What cannot be read is not known to be there.
    private async Task<string?> MissingAsync(PassageId passage, RolloutId rollout, CancellationToken cancellation)
    {
        var found = await passages.FindAsync(passage, cancellation);
        if (found is not Answer<(PassageSpec, PassageState)>.Accepted { Value: var (spec, state) })
            return found.RefusalOrNull!.Reason;
        if (!Ground.IsForward(state)) return $"{passage} goes forward no more";
        foreach (var other in Ground.Of(spec, state, rollout))
        {
            var row = await rows.TryReadAsync<RolloutState>(Kinds.Rollout, $"{other}", cancellation);
            if (row is null || !Ground.Holds(row, clock.Epoch))
                return $"it needs {other}, and what is there is not known to be what is on record";
        }

        return null;
    }
}
