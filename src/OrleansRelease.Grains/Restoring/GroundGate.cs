using System.Collections.Concurrent;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Restoring;

/// <summary>
/// After a restore nothing of a release goes forward before it was seen that all it stands on is still there: its own
/// record may hold while that of what it needs does not. Nor does what a person lets go on when its release goes back
/// and could not tell it so, because it differed. Ways back ask nobody.
/// </summary>
internal sealed class GroundGate(IRows rows, ISpecs specs, IStoreClock clock)
{
    /// <summary>How many rollouts are remembered; those beyond are read again.</summary>
    private const int Remembered = 10_000;

    private readonly ConcurrentDictionary<RolloutId, byte> _seen = new();

    /// <summary>What it stands on and is not known to be there, for people; null: all of it is, or it needs nothing.
    /// </summary>
    public async ValueTask<string?> MissingAsync(RolloutId rollout, CancellationToken cancellation)
    {
        if (clock.Epoch == 1 || _seen.ContainsKey(rollout)) return null;
        var own = await ReadAsync<RolloutState>(Kinds.Rollout, $"{rollout}", cancellation);
        if (own?.State?.Passage is { } passage
            && (await ReadAsync<PassageState>(Kinds.Passage, $"{passage}", cancellation))?.State is { } state
            && await specs.GetAsync(state.SpecHash, cancellation) is { } text)
        {
            if (!Ground.IsForward(state)) return $"{passage} goes forward no more";
            foreach (var other in Ground.Of(Vocabulary.Read<PassageSpec>(text), state, rollout))
            {
                if (!await HoldsAsync(other, cancellation))
                    return $"it needs {other}, and what is there is not known to be what is on record";
            }
        }

        if (_seen.Count >= Remembered) _seen.Clear();
        _seen.TryAdd(rollout, 0);
        return null;
    }

    private async Task<bool> HoldsAsync(RolloutId rollout, CancellationToken cancellation) =>
        await ReadAsync<RolloutState>(Kinds.Rollout, $"{rollout}", cancellation) is { } row
        && Ground.Holds(row, clock.Epoch);

    private async Task<Row<TState>?> ReadAsync<TState>(string kind, string key, CancellationToken cancellation)
        where TState : class =>
        await rows.GetAsync(kind, key, cancellation) is { } stored
            ? Vocabulary.Read<Row<TState>>(stored.Payload)
            : null;
}
