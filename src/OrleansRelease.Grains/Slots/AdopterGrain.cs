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
            ?? await LookAndAdoptAsync(slot, request, command, (IsFound: false, dryRun), cancellation);
        return await ShowAsync(Next(request), adopted, cancellation);
    }

    public async Task<Answer<Adoption>> AdoptWholeAsync(
        SlotKey at, string? digest, Command command, bool dryRun, CancellationToken cancellation)
    {
        var slot = GrainFactory.GetGrain<ISlotGrain>($"{at}");
        var next = new StartRequest(at.Service, at.Environment, VersionName.From(Adoption.Next));
        if (await slot.RecallFoundAsync(command, cancellation) is { } before)
            return await ShowAsync(next, before, cancellation);
        var found = await FindAsync(next, cancellation);
        if (found is not Answer<VersionName>.Accepted { Value: var version }) return found.RefusalOrNull!;
        var adopted = await LookAndAdoptAsync(
            slot, next with { Version = version, Digest = digest }, command, (IsFound: true, dryRun), cancellation);
        return await ShowAsync(next, adopted, cancellation);
    }

    // By what comes next here it is known which router that is.
    private async Task<Answer<VersionName>> FindAsync(StartRequest next, CancellationToken cancellation)
    {
        var resolved = await ResolveAsync(next, cancellation);
        if (resolved is not Answer<RolloutSpec>.Accepted { Value: var spec }) return resolved.RefusalOrNull!;
        var (seen, problem) = await SeeAsync(spec, [], cancellation);
        if (seen is null) return NotSeen(spec, problem);
        return seen.Whole() is { } whole
            ? whole
            : new Refusal(
                RefusalCodes.NotAsSeen,
                $"no version was named, and none has all requests of {spec.Slot}: they go to {seen.SharesText()}",
                "the same when one version has all of them, or with that version (--version VERSION)");
    }

    private async Task<Answer<Adoption>> ShowAsync(
        StartRequest next, Answer<SlotAdopted> adopted, CancellationToken cancellation)
    {
        if (adopted is not Answer<SlotAdopted>.Accepted { Value: var (state, seen) }) return adopted.RefusalOrNull!;
        var resolved = await ResolveAsync(next, cancellation);
        if (resolved is not Answer<RolloutSpec>.Accepted { Value: var first }) return resolved.RefusalOrNull!;
        var stable = await GrainFactory.SlotsAsync(
            next.Environment, (first.Requires ?? []).Select(one => one.Service), cancellation);
        return new Adoption(
            Standing.Of(state), seen, RolloutPlan.Of(
                first, ContentHash.Of(Vocabulary.Write(first)), seen.Whole(),
                stable is Answer<ImmutableDictionary<ServiceName, SlotState?>>.Accepted
                { Value: var slots }
                    ? [.. slots.Select(one => new StableOf(one.Key, one.Value?.Stable?.Version))]
                    : null));
    }

    private async Task<Answer<SlotAdopted>> LookAndAdoptAsync(
        ISlotGrain slot, StartRequest request, Command command, (bool IsFound, bool DryRun) how,
        CancellationToken cancellation)
    {
        var resolved = await ResolveAsync(request, cancellation);
        if (resolved is not Answer<RolloutSpec>.Accepted { Value: var spec }) return resolved.RefusalOrNull!;
        // Nothing is put on record that could not be shown afterwards.
        if ((await ResolveAsync(Next(request), cancellation)).RefusalOrNull is { } refusal) return refusal;
        var hash = await specs.PutAsync(Vocabulary.Write(spec), cancellation);
        var (seen, problem) = await SeeAsync(spec, [new(spec.Version, hash)], cancellation);
        return seen is null
            ? NotSeen(spec, problem)
            : await slot.AdoptAsync(
                new(spec.Slot, request.Version, hash, seen, command.Actor, command.Reason, how.IsFound), command,
                how.DryRun, cancellation);
    }

    private static StartRequest Next(StartRequest request) =>
        request with { Version = VersionName.From(Adoption.Next), Digest = null };

    private static Refusal NotSeen(RolloutSpec spec, string? problem) => new(
        RefusalCodes.NotAsSeen, $"what runs in {spec.Slot} could not be seen: {problem}",
        "the same when router and target answer");

    private Task<Answer<RolloutSpec>> ResolveAsync(StartRequest request, CancellationToken cancellation) =>
        new CatalogueLookup(GrainFactory).ResolveAsync(request, cancellation);

    private async Task<(Observation? Seen, string? Problem)> SeeAsync(
        RolloutSpec spec, ImmutableArray<LookedFor> versions, CancellationToken cancellation)
    {
        try
        {
            return (await observer.ObserveAsync(spec, versions, cancellation), null);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            return (null, e.Message);
        }
    }
}
