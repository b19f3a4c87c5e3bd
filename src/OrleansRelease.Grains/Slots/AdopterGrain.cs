using System.Collections.Immutable;
using Orleans.Concurrency;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Planning;
using OrleansRelease.Contracts.Slots;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;
using OrleansRelease.Grains.Planning;
using OrleansRelease.Grains.Restoring;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Slots;

/// <summary>Has no state, so it may ask others and wait: what it has seen is judged by the slot that decides.</summary>
[StatelessWorker, GrainType("adopter")]
internal sealed class AdopterGrain(ISpecs specs, Observer observer) : Grain, IAdopterGrain
{
    public async Task<Answer<Adoption>> AdoptAsync(
        StartRequest request, Command command, bool dryRun, CancellationToken cancellation)
    {
        var slot = GrainFactory.GetGrain<ISlotGrain>($"{new SlotKey(request.Service, request.Environment)}");
        // Said again it is answered as before, whoever is silent meanwhile.
        var adopted = await slot.RecallAdoptionAsync(request.Version, command, cancellation)
            ?? await LookAndAdoptAsync(slot, request, command, dryRun, cancellation);
        if (adopted is not Answer<SlotAdopted>.Accepted { Value: var (state, seen) }) return adopted.RefusalOrNull!;
        var next = await ResolveAsync(
            request with { Version = VersionName.From(Adoption.Next), Digest = null }, cancellation);
        if (next is not Answer<RolloutSpec>.Accepted { Value: var first }) return next.RefusalOrNull!;
        var stable = await GrainFactory.SlotsAsync(
            request.Environment, (first.Requires ?? []).Select(one => one.Service), cancellation);
        return new Adoption(
            Standing.Of(state), seen, RolloutPlan.Of(
                first, ContentHash.Of(Vocabulary.Write(first)), request.Version,
                stable is Answer<ImmutableDictionary<ServiceName, SlotState?>>.Accepted
                { Value: var slots }
                    ? [.. slots.Select(one => new StableOf(one.Key, one.Value?.Stable?.Version))]
                    : null));
    }

    private async Task<Answer<SlotAdopted>> LookAndAdoptAsync(
        ISlotGrain slot, StartRequest request, Command command, bool dryRun, CancellationToken cancellation)
    {
        var resolved = await ResolveAsync(request, cancellation);
        if (resolved is not Answer<RolloutSpec>.Accepted { Value: var spec }) return resolved.RefusalOrNull!;
        // Nothing is put on record that could not be shown afterwards.
        var next = await ResolveAsync(
            request with { Version = VersionName.From(Adoption.Next), Digest = null }, cancellation);
        if (next.RefusalOrNull is { } refusal) return refusal;
        var hash = await specs.PutAsync(Vocabulary.Write(spec), cancellation);
        var (seen, problem) = await SeeAsync(spec, hash, cancellation);
        return seen is null
            ? new Refusal(
                RefusalCodes.NotAsSeen, $"what runs in {spec.Slot} could not be seen: {problem}",
                "the same when router and target answer")
            : await slot.AdoptAsync(
                new(spec.Slot, request.Version, hash, seen, command.Actor, command.Reason), command, dryRun,
                cancellation);
    }

    private Task<Answer<RolloutSpec>> ResolveAsync(StartRequest request, CancellationToken cancellation) =>
        new CatalogueLookup(GrainFactory).ResolveAsync(request, cancellation);

    private async Task<(Observation? Seen, string? Problem)> SeeAsync(
        RolloutSpec spec, string hash, CancellationToken cancellation)
    {
        try
        {
            return (await observer.ObserveAsync(spec, [new(spec.Version, hash)], cancellation), null);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            return (null, e.Message);
        }
    }
}
