using System.Collections.Concurrent;
using OrleansRelease.Contracts.Restoring;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Grains.Restoring;

/// <summary>
/// Nothing forward begins in a slot before it was seen, since the cluster started, whether a person has moved it by
/// hand: what it would go on from may be gone. Ways back ask nobody.
/// </summary>
internal sealed class HandGate(HandLook look, IGrainFactory grains, TimeProvider time)
{
    // A router that does not answer is asked again with the next attempt.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<SlotKey, byte> _seen = new();

    public static string Unseen(SlotKey slot) =>
        $"whether {slot} was moved by hand while no server ran is not known yet: its router is being asked";

    /// <summary>False also where nobody can say it.</summary>
    public async ValueTask<bool> IsSeenAsync(SlotKey slot, CancellationToken cancellation)
    {
        if (look.IsDone || _seen.ContainsKey(slot)) return true;
        var one = grains.GetGrain<IHandLookGrain>(0);
        // A server of the build before knows nothing of single slots.
        var isSeen = await AskAsync(asking => one.IsSeenAsync($"{slot}", asking), cancellation)
            ?? await AskAsync(one.IsDoneAsync, cancellation)
            ?? false;
        if (isSeen) _seen.TryAdd(slot, 0);
        return isSeen;
    }

    private async Task<bool?> AskAsync(Func<CancellationToken, Task<bool>> ask, CancellationToken cancellation)
    {
        try
        {
            return await ask(cancellation).WaitAsync(Longest, time, cancellation);
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }
}
