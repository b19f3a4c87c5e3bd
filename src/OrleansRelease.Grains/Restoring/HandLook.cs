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
    private bool _isMine;
    private volatile bool _isDone;
    private IReadOnlyCollection<RowSummary>? _unseen;
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
                if (!_isMine || _isDone) return isDone;
            }

            _unseen = await EachAsync(
                _unseen ?? await rows.AllAsync(new(Kinds.Slot, Limit: Page), stopping)
                    .Where(row => row.QuarantinedAt is null).ToListAsync(stopping),
                stopping);
            if (round == options.SoonRounds && _unseen.Count > 0) LogUnseen(_unseen.Count);
            return _isDone = _unseen.Count == 0;
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            LogFailed(e);
            return false;
        }
    }

    /// <summary>Those that could not be seen.</summary>
    private async Task<IReadOnlyCollection<RowSummary>> EachAsync(
        IReadOnlyCollection<RowSummary> slots, CancellationToken stopping)
    {
        var unseen = new ConcurrentBag<RowSummary>();
        var few = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stopping };
        await Parallel.ForEachAsync(slots, few, async (slot, cancel) =>
        {
            try
            {
                await LookAsync(slot, cancel);
            }
            catch (Exception) when (!cancel.IsCancellationRequested)
            {
                unseen.Add(slot);
            }
        });
        return unseen;
    }

    private async Task LookAsync(RowSummary slot, CancellationToken stopping)
    {
        if (await SpecHashAsync(slot, stopping) is not { } hash) return;
        if (await specs.GetAsync(hash, stopping) is not { } spec || !parts.MayHaveMoved(spec)) return;
        var seen = await observer.ObserveAsync(spec, [], stopping);
        if (seen.Fence?.IsByHand != true) return;
        if (seen.Whole() != slot.Version) LogMoved(slot.Key, seen.SharesText());
        await grains.GetGrain<IRestoredGrain>(GrainId.Create(Kinds.Slot, slot.Key)).ObservedAsync(seen, stopping);
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
}
