using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Restoring;
using OrleansRelease.Contracts.Slots;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Slots;
using OrleansRelease.Grains.Effects;
using OrleansRelease.Ports.ByHand;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Restoring;

/// <summary>
/// When servers start: while none ran a person may have taken a release back by a script. Whoever moves a slot finds
/// that with the next effect, which is overtaken; but for some there is none left, and slots that nobody moves would
/// grant a lease over a version that is not there any more. So each is looked at, by one server of the cluster, until
/// its router has said how it is.
/// </summary>
internal sealed partial class HandLook(
    IRows rows, SpecCache specs, Observer observer, ByHandParts parts, HandLookOptions options, IGrainFactory grains,
    TimeProvider time, ILogger<HandLook> logger) : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private const int Page = 200;

    private const int AtOnce = 8;

    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _begun = new(0, 1);
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, byte> _seen = new();
    private readonly ConcurrentDictionary<string, Lazy<Task<Seen>>> _looking = new();
    private bool _isMine;
    private volatile bool _isDone;
    private IReadOnlyCollection<RowSummary>? _left;
    private Task _loop = Task.CompletedTask;

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(HandLook), ServiceLifecycleStage.Active,
        _ =>
        {
            // A server that starts waits for no router.
            _loop = RunAsync(_stopping.Token);
            return Task.CompletedTask;
        },
        async _ =>
        {
            await _stopping.CancelAsync();
            await _loop;
        });

    /// <summary>From here on this server is the one that looks; true when each slot was seen.</summary>
    public bool Begin()
    {
        lock (_gate)
        {
            if (!_isMine) _begun.Release();
            _isMine = true;
        }

        return _isDone;
    }

    /// <summary>
    /// Each slot was seen since the cluster started, by whichever server: one that runs keeps scripts from being run.
    /// </summary>
    public bool IsDone => _isDone;

    /// <summary>Whether one slot was seen. Where it was not, it is looked at now; false: in vain.</summary>
    public async Task<bool> IsSeenAsync(string slot, CancellationToken cancellation)
    {
        if (_isDone || _seen.ContainsKey(slot)) return true;
        var row = (await rows.GetAsync(Kinds.Slot, slot, cancellation))?.Summary;
        return row is null or { QuarantinedAt: not null } || await LookOnceAsync(row) is Seen.Open;
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _begun.Dispose();
    }

    private async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            for (var round = 1; ; round++)
            {
                if (await TryAsync(round, stopping)) await _begun.WaitAsync(stopping);
                else await Task.Delay(round < options.SoonRounds ? options.Soon : options.Later, time, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The next start looks again.
        }
    }

    /// <summary>Whether each slot was seen, by this server or another one, which may be gone before it has.</summary>
    private async Task<bool> TryAsync(int round, CancellationToken stopping)
    {
        try
        {
            var isDone = await grains.GetGrain<IHandLookGrain>(0).IsDoneAsync(stopping);
            lock (_gate)
            {
                if (!_isMine || _isDone) return _isDone |= isDone;
            }

            var (unseen, shut) = await EachAsync(
                _left ?? await rows.AllAsync(new(Kinds.Slot, Limit: Page), stopping)
                    .Where(row => row.QuarantinedAt is null).ToListAsync(stopping),
                stopping);
            if (round == options.SoonRounds && unseen.Count > 0) LogUnseen(unseen.Count);
            _left = [.. unseen, .. shut];
            return _isDone = _left.Count == 0;
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            LogFailed(e);
            return false;
        }
    }

    /// <summary>Those that could not be seen, and those whose holder still has to leave them.</summary>
    private async Task<(IReadOnlyCollection<RowSummary> Unseen, IReadOnlyCollection<RowSummary> Shut)> EachAsync(
        IReadOnlyCollection<RowSummary> slots, CancellationToken stopping)
    {
        var (unseen, shut) = (new ConcurrentBag<RowSummary>(), new ConcurrentBag<RowSummary>());
        var few = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stopping };
        await Parallel.ForEachAsync(slots, few, async (slot, cancel) =>
        {
            if (_seen.ContainsKey(slot.Key)) return;
            var seen = await LookOnceAsync(slot).WaitAsync(cancel);
            if (seen is Seen.Not) unseen.Add(slot);
            if (seen is Seen.Shut) shut.Add(slot);
        });
        return (unseen, shut);
    }

    // Whoever asks for a slot that is being looked at waits for that look, and for no other: each connection has places
    // of its own, and one that does not answer takes none of another's.
    private Task<Seen> LookOnceAsync(RowSummary slot) =>
        _looking.GetOrAdd(slot.Key, _ => new(() => TryLookAsync(slot))).Value;

    private async Task<Seen> TryLookAsync(RowSummary slot)
    {
        try
        {
            if (!await LookAsync(slot, _stopping.Token)) return Seen.Shut;
            _seen.TryAdd(slot.Key, 0);
            return Seen.Open;
        }
        catch (Exception)
        {
            return Seen.Not;
        }
        finally
        {
            _looking.TryRemove(slot.Key, out _);
        }
    }

    /// <summary>False while whoever holds the slot has still to leave it.</summary>
    private async Task<bool> LookAsync(RowSummary slot, CancellationToken stopping)
    {
        if (await SpecHashAsync(slot, stopping) is not { } hash) return true;
        if (await specs.GetAsync(hash, stopping) is not { } spec || !parts.MayHaveMoved(spec)) return true;
        var seen = await observer.ObserveAsync(spec, [], stopping);
        if (seen.Fence?.IsByHand != true) return true;
        if (seen.Whole() != slot.Version) LogMoved(slot.Key, seen.SharesText());
        await grains.GetGrain<IRestoredGrain>(GrainId.Create(Kinds.Slot, slot.Key)).ObservedAsync(seen, stopping);
        return await grains.GetGrain<ISlotGrain>(slot.Key).GetAsync(stopping)
            is not Answer<SlotView>.Accepted { Value.State.Holder.ByHand.IsBack: true };
    }

    // Where nothing was ever stable, whoever has the lease knows which router it is.
    private async Task<string?> SpecHashAsync(RowSummary slot, CancellationToken stopping)
    {
        if (slot.SpecHash is not null || slot.Phase != nameof(SlotPhase.Leased)) return slot.SpecHash;
        return await grains.GetGrain<ISlotGrain>(slot.Key).GetAsync(stopping)
            is Answer<SlotView>.Accepted { Value.State: var state }
            ? state.LookBy
            : null;
    }

    private enum Seen
    {
        Not,
        Shut,
        Open,
    }
}
