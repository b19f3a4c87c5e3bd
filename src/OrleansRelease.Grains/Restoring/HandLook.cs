using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using OrleansRelease.Contracts.Restoring;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Slots;
using OrleansRelease.Grains.Effects;
using OrleansRelease.Ports.ByHand;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Restoring;

/// <summary>
/// Once, when a server starts: while none ran a person may have taken a release back by a script. Slots that somebody
/// moves find that with their next effect, which is overtaken; the others are looked at here, so that none of them
/// grants a lease over a version that is not there any more.
/// </summary>
internal sealed partial class HandLook(
    IRows rows, SpecCache specs, Observer observer, ByHandParts parts, IGrainFactory grains, TimeProvider time,
    ILogger<HandLook> logger) : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private const int Page = 200;

    private const int AtOnce = 8;

    /// <summary>A router that starts together with this server is waited for so often.</summary>
    private const int Rounds = 6;

    private static readonly TimeSpan Between = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stopping = new();
    private Task _looking = Task.CompletedTask;

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(HandLook), ServiceLifecycleStage.Active,
        _ =>
        {
            // A server that starts waits for no router.
            _looking = LookAsync(_stopping.Token);
            return Task.CompletedTask;
        },
        async _ =>
        {
            await _stopping.CancelAsync();
            await _looking;
        });

    public void Dispose() => _stopping.Dispose();

    private async Task LookAsync(CancellationToken stopping)
    {
        try
        {
            var unseen = await EachAsync(await FreeAsync(stopping), stopping);
            for (var round = 1; round < Rounds && !unseen.IsEmpty; round++)
            {
                await Task.Delay(Between, time, stopping);
                unseen = await EachAsync(unseen, stopping);
            }

            if (!unseen.IsEmpty) LogUnseen(unseen.Count);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The next start looks again.
        }
        catch (Exception e)
        {
            LogFailed(e);
        }
    }

    private async Task<IReadOnlyCollection<RowSummary>> FreeAsync(CancellationToken stopping)
    {
        var found = new List<RowSummary>();
        for (string? after = null; ;)
        {
            var read = await rows.ListAsync(
                new RowFilter(Kinds.Slot, Phase: nameof(SlotPhase.Free), After: after, Limit: Page), stopping);
            found.AddRange(read.Where(row => row is { SpecHash: not null, QuarantinedAt: null }));
            if (read.Count < Page) return found;
            after = read[^1].Key;
        }
    }

    /// <summary>Those that could not be seen.</summary>
    private async Task<ConcurrentBag<RowSummary>> EachAsync(
        IReadOnlyCollection<RowSummary> slots, CancellationToken stopping)
    {
        var unseen = new ConcurrentBag<RowSummary>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stopping };
        await Parallel.ForEachAsync(slots, options, async (slot, cancel) =>
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
        if (await specs.GetAsync(slot.SpecHash!, stopping) is not { } spec || !parts.MayHaveMoved(spec)) return;
        var seen = await observer.ObserveAsync(spec, [], stopping);
        if (seen.Fence?.IsByHand != true || seen.Whole() is not { } whole || whole == slot.Version) return;
        LogMoved(slot.Key, seen.SharesText());
        await grains.GetGrain<IRestoredGrain>(GrainId.Create(Kinds.Slot, slot.Key)).ObservedAsync(seen, stopping);
    }
}
