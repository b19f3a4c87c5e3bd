using System.Collections.Immutable;
using System.Diagnostics;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Slots;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slots;

namespace OrleansRelease.Grains.Planning;

/// <summary>
/// What a release would do in an environment, with catalogue and slots as they are. The plan and the start both go by
/// it, so that nothing that the one forbids can happen by the other.
/// </summary>
/// <param name="grains">Where manifests and slots are.</param>
/// <param name="given">Manifests that count as if they had been applied.</param>
internal sealed class ReleaseLookup(IGrainFactory grains, ImmutableArray<Manifest> given)
{
    /// <summary>How many slots are asked at a time.</summary>
    private const int AtATime = 32;

    public async Task<Answer<FoundRelease>> FindAsync(
        ReleaseName release, EnvironmentName environment, DateTimeOffset now, CancellationToken cancellation)
    {
        var answer = await new CatalogueLookup(grains, given).ResolveAsync(release, environment, cancellation);
        if (answer is not Answer<PassageResolution>.Accepted { Value: var resolution }) return answer.RefusalOrNull!;
        var (resolved, forbidden) = resolution switch
        {
            PassageResolution.Resolved it => (it, ImmutableArray<Refusal>.Empty),
            PassageResolution.Refused refused => (refused.Forbidden, refused.All),
            _ => throw new UnreachableException(),
        };
        if (resolved is null) return Refusal.AllOf(forbidden);

        var circles = await CirclesAsync(resolved, cancellation);
        var slots = await SlotsAsync(resolved, cancellation);
        var plan = ReleasePlan.Of(
            resolved, ContentHash.Of(Vocabulary.Write(resolved.Spec)), [.. forbidden, .. circles],
            // Whoever waits behind a first version will have it to go back to.
            slots.ToDictionary(slot => slot.Key, slot => slot.Value?.Stable?.Version
                ?? slot.Value?.Holder?.Rollout.Version),
            [.. slots.Select(slot => new StableOf(slot.Key, slot.Value?.Stable?.Version))], now);
        return new FoundRelease(resolved, plan, slots);
    }

    // What was applied side by side may have closed a circle that nobody saw.
    private async Task<ImmutableArray<Refusal>> CirclesAsync(
        PassageResolution.Resolved resolved, CancellationToken cancellation)
    {
        var walk = new RequirementWalk(grains, [.. given.OfType<ServiceManifest>()]);
        var circles = ImmutableArray.CreateBuilder<Refusal>();
        foreach (var rollout in resolved.Rollouts.Where(rollout => rollout.Requires is not null))
        {
            if (await walk.CycleAsync(rollout.Service, cancellation) is { } circle) circles.Add(circle);
        }

        return circles.ToImmutable();
    }

    private async Task<IReadOnlyDictionary<ServiceName, SlotState?>> SlotsAsync(
        PassageResolution.Resolved resolved, CancellationToken cancellation)
    {
        var services = resolved.Spec.Services.Select(entry => entry.Service)
            .Concat(resolved.Spec.Requires.Select(one => one.Requirement.Service))
            .Concat(resolved.Rollouts.SelectMany(rollout => rollout.Requires ?? []).Select(one => one.Service))
            .Distinct();
        var slots = new Dictionary<ServiceName, SlotState?>();
        foreach (var some in services.Chunk(AtATime))
        {
            var read = await Task.WhenAll(some.Select(service => grains
                .GetGrain<ISlotGrain>($"{resolved.Spec.SlotOf(service)}").GetAsync(cancellation)));
            foreach (var (service, answer) in some.Zip(read))
                slots[service] = (answer as Answer<SlotView>.Accepted)?.Value.State;
        }

        return slots;
    }
}

/// <summary>A release that could be resolved, what it would do, and the slots that it concerns.</summary>
internal sealed record FoundRelease(
    PassageResolution.Resolved Resolved, ReleasePlan Plan, IReadOnlyDictionary<ServiceName, SlotState?> Slots);
