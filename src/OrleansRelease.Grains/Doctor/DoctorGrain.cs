using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Orleans.Concurrency;
using OrleansRelease.Contracts.Doctor;
using OrleansRelease.Core.Doctor;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slots;
using OrleansRelease.Grains.Effects;
using OrleansRelease.Grains.Restoring;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Doctor;

/// <summary>Reads rows as they are stored: what it finds wrong may be why a thing itself does not answer.</summary>
[StatelessWorker, GrainType("doctor")]
internal sealed class DoctorGrain(IRows rows, SpecCache specs, Observer observer, TimeProvider time)
    : Grain, IDoctorGrain
{
    /// <summary>Less than a call between servers may take.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public async Task<ImmutableArray<SlotReport>> ExamineAsync(
        ImmutableArray<SlotKey> slots, CancellationToken cancellation) =>
        [.. await Task.WhenAll(slots.Select(slot => ExamineAsync(slot, cancellation)))];

    private async Task<SlotReport> ExamineAsync(SlotKey slot, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            return new(slot, await DifferencesAsync(slot, either.Token).WaitAsync(either.Token));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new(slot, [string.Create(
                CultureInfo.InvariantCulture, $"it could not be seen within {Patience.TotalSeconds:0} s")]);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            return new(slot, [$"it could not be seen: {e.Message}"]);
        }
    }

    private async Task<ImmutableArray<string>> DifferencesAsync(SlotKey key, CancellationToken cancellation)
    {
        if (await ReadAsync<SlotState>(Kinds.Slot, $"{key}", cancellation) is not { State: { } state } slot) return [];
        var holder = state.Holder is { } lease
            ? await ReadAsync<RolloutState>(Kinds.Rollout, $"{lease.Rollout.Id}", cancellation)
            : null;
        // What was never deployed by anything has nowhere to be looked at.
        var hash = holder?.State?.SpecHash ?? state.LookBy;
        if (hash is null) return [];
        if (await specs.GetAsync(hash, cancellation) is not { } spec)
            return [$"the specification {hash} by which it is looked at is not in the store"];
        var seen = await observer.ObserveAsync(spec, Versions(state, holder?.State), cancellation);
        return SlotExamination.Differences(slot, holder, seen);
    }

    private static ImmutableArray<LookedFor> Versions(SlotState slot, RolloutState? holder)
    {
        var versions = ImmutableArray.CreateBuilder<LookedFor>();
        if (holder is not null) versions.Add(new(holder.Version, holder.SpecHash));
        if (holder?.Baseline is { } baseline) versions.Add(new(baseline, holder.BaselineSpecHash));
        if (slot.Stable is { } stable) versions.Add(new(stable.Version, stable.SpecHash));
        return versions.ToImmutable();
    }

    private async Task<Row<TState>?> ReadAsync<TState>(string kind, string key, CancellationToken cancellation)
        where TState : class
    {
        if (await rows.GetAsync(kind, key, cancellation) is not { } stored) return null;
        try
        {
            return Vocabulary.Read<Row<TState>>(stored.Payload);
        }
        catch (JsonException e)
        {
            throw new InvalidOperationException($"{kind} {key} cannot be read: {e.Message}", e);
        }
    }
}
