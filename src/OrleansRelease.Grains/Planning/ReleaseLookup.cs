using System.Collections.Immutable;
using System.Diagnostics;
using OrleansRelease.Contracts;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slots;
using OrleansRelease.Grains.Effects;

namespace OrleansRelease.Grains.Planning;

/// <summary>
/// What a release would do in an environment, with catalogue and slots as they are. The plan and the start both go by
/// it, so that nothing that the one forbids can happen by the other.
/// </summary>
/// <param name="grains">Where manifests and slots are.</param>
/// <param name="specs">By what versions were deployed.</param>
/// <param name="given">Manifests that count as if they had been applied.</param>
/// <param name="prechecks">Asks the source of numbers; null: nobody wants to know.</param>
/// <param name="expectations">Looks how long a way back is expected to take; null: nobody wants to know.</param>
internal sealed class ReleaseLookup(
    IGrainFactory grains, SpecCache specs, ImmutableArray<Manifest> given, Prechecks? prechecks = null,
    Expectations? expectations = null)
{
    public async Task<Answer<FoundRelease>> FindAsync(
        ReleaseName release, EnvironmentName environment, DateTimeOffset now,
        bool isStart, CancellationToken cancellation)
    {
        var catalogue = new CatalogueLookup(grains, given);
        var answer = await catalogue.ResolveAsync(release, environment, cancellation);
        if (answer is not Answer<PassageResolution>.Accepted { Value: var resolution }) return answer.RefusalOrNull!;
        var (resolved, forbidden) = resolution switch
        {
            PassageResolution.Resolved it => (it, ImmutableArray<Refusal>.Empty),
            PassageResolution.Refused refused => (refused.Forbidden, refused.All),
            _ => throw new UnreachableException(),
        };
        if (resolved is null) return Refusal.AllOf(forbidden);

        var circles = await CirclesAsync(resolved, cancellation);
        var seen = await grains.SlotsAsync(environment, Concerned(resolved), cancellation);
        if (seen is not Answer<ImmutableDictionary<ServiceName, SlotState?>>.Accepted { Value: var slots })
            return seen.RefusalOrNull!;
        var others = await OtherArtifactsAsync(resolved, slots, cancellation);
        var plan = ReleasePlan.Of(
            resolved, ContentHash.Of(Vocabulary.Write(resolved.Spec)), [.. forbidden, .. circles, .. others],
            slots.ToDictionary(slot => slot.Key, slot => slot.Value.WayBackTo),
            [.. slots.Select(slot => new StableOf(slot.Key, slot.Value?.Stable?.Version))], now, slots,
            prechecks is null ? null : await prechecks.OfAsync(
                catalogue, resolved.Rollouts, service => slots.GetValueOrDefault(service)?.Stable?.Version, isStart,
                cancellation),
            expectations is null ? null : await expectations.OfAsync(
                resolved.Rollouts, service => slots.GetValueOrDefault(service)?.LastNumber ?? 0, cancellation));
        return new FoundRelease(resolved, plan, slots);
    }

    private static IEnumerable<ServiceName> Concerned(PassageResolution.Resolved resolved) =>
        resolved.Spec.Services.Select(entry => entry.Service)
            .Concat(resolved.Spec.Requires.Select(one => one.Requirement.Service))
            .Concat(resolved.Rollouts.SelectMany(rollout => rollout.Requires ?? []).Select(one => one.Service));

    // Only a digest has to be looked up: a version says by itself whether it is there.
    private async Task<ImmutableArray<Refusal>> OtherArtifactsAsync(
        PassageResolution.Resolved resolved, ImmutableDictionary<ServiceName, SlotState?> slots,
        CancellationToken cancellation)
    {
        var others = ImmutableArray.CreateBuilder<Refusal>();
        foreach (var rollout in resolved.Rollouts.Where(rollout => rollout.Digest is not null))
        {
            if (slots.GetValueOrDefault(rollout.Service)?.Stable is not { } stable
                || stable.Version != rollout.Version)
            {
                continue;
            }

            var there = await specs.FirstOfAsync([stable.SpecHash], cancellation);
            if (SameVersion.Refuse(rollout, there?.Spec) is { } other) others.Add(other);
        }

        return others.ToImmutable();
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
}

/// <summary>A release that could be resolved, what it would do, and the slots that it concerns.</summary>
internal sealed record FoundRelease(
    PassageResolution.Resolved Resolved, ReleasePlan Plan, ImmutableDictionary<ServiceName, SlotState?> Slots);
