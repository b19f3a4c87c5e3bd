using System.Collections.Immutable;
using Orleans.Concurrency;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Catalogue;
using OrleansRelease.Contracts.Planning;
using OrleansRelease.Contracts.Slots;
using OrleansRelease.Core.Catalogue;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Simulating;
using OrleansRelease.Core.Slos;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;
using OrleansRelease.Grains.Effects;
using OrleansRelease.Grains.Freezes;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Planning;

/// <summary>
/// Has no state, so it may ask other grains: what it finds is checked again by the slot that decides.
/// </summary>
[StatelessWorker, GrainType("planner")]
internal sealed class PlannerGrain(
    ISpecs specs, FreezeLook freezes, IPastRollouts past, IStoreClock clock, TimeProvider time, Prechecks prechecks,
    Expectations expectations, IRows rows, SpecCache rollouts)
    : Grain, IPlannerGrain
{
    /// <summary>How many texts are stored at a time.</summary>
    private const int AtATime = 16;

    public Task<Answer<EffectiveView>> EffectiveAsync(
        ServiceName service, EnvironmentName environment, CancellationToken cancellation) =>
        new CatalogueLookup(GrainFactory).EffectiveAsync(service, environment, cancellation);

    public Task<Answer<RulesFile.Written>> RulesAsync(RulesRequest request, CancellationToken cancellation) =>
        new RulesLookup(GrainFactory, rows).FindAsync(request, cancellation);

    public async Task<Answer<RolloutPlan>> PlanAsync(StartRequest request, CancellationToken cancellation)
    {
        var found = await ResolveAsync(request, isStart: false, cancellation);
        var freeze = await freezes.TryOfAsync(request.Environment, cancellation);
        return found.Map(it => it.Plan.At(it.Slot, it.Spec.WhenBusy) with { Freeze = freeze?.Freeze });
    }

    public Task<Refusal?> CheckRequirementsAsync(
        ImmutableArray<ServiceManifest> services, CancellationToken cancellation) =>
        new RequirementWalk(GrainFactory, services).CycleAsync(cancellation);

    public Task<Answer<StartAnswer>> StartAsync(
        StartRequest request, Command command, bool dryRun, CancellationToken cancellation)
    {
        var slot = GrainFactory.GetGrain<ISlotGrain>($"{SlotOf(request)}");
        return AnsweredBefore.OrAsync(
            () => slot.RecallAsync(Vocabulary.Write(request), command.Id, cancellation),
            () => StartAsync(slot, request, command, dryRun, cancellation));
    }

    public async Task<Answer<ResolvedPassage>> ResolvePassageAsync(
        ReleaseName release, EnvironmentName environment, CancellationToken cancellation)
    {
        var answer = await FindAsync(release, environment, [], isStart: true, cancellation);
        if (answer is not Answer<FoundRelease>.Accepted { Value: var (resolved, plan, _) })
            return answer.RefusalOrNull!;
        if (!plan.IsReady) return Refusal.AllOf(plan.Refusals);
        foreach (var some in resolved.Rollouts.Chunk(AtATime))
            await Task.WhenAll(some.Select(spec => specs.PutAsync(Vocabulary.Write(spec), cancellation)));
        // Last: whoever finds it finds all that it names.
        var hash = await specs.PutAsync(Vocabulary.Write(resolved.Spec), cancellation);
        return new ResolvedPassage(resolved.Spec, hash);
    }

    public async Task<Answer<ReleasePlan>> PlanReleaseAsync(
        ReleaseName release, EnvironmentName environment, CancellationToken cancellation)
    {
        var found = await FindAsync(release, environment, [], isStart: false, cancellation);
        var freeze = await freezes.TryOfAsync(environment, cancellation);
        return found.Map(it => it.Plan with { Freeze = freeze?.Freeze });
    }

    public async Task<ImmutableArray<string>> NotesOnAsync(
        ReleaseManifest release, ImmutableArray<Manifest> beside, CancellationToken cancellation) =>
        await new CatalogueLookup(GrainFactory, beside).NotesOnAsync(release, cancellation) switch
        {
            Answer<ImmutableArray<string>>.Accepted accepted => accepted.Value,
            var refused => [refused.RefusalOrNull!.Reason],
        };

    public async Task<Answer<SimulationGround>> SimulationAsync(
        SimulationRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        // What a source of numbers says of now says nothing of how long things take.
        var answer = await FindAsync(
            request.Release, request.Environment, request.Given, isStart: null, cancellation);
        if (answer is not Answer<FoundRelease>.Accepted { Value: var found }) return answer.RefusalOrNull!;
        var read = await new PastDurations(past, time).ReadAsync(LastOf(found), cancellation);
        var taken = await OtherContentAsync(request, cancellation);
        return new SimulationGround(
            found.Resolved.Spec, found.Plan.SpecHash,
            [
                .. found.Resolved.Rollouts.Select(spec =>
                    SimulatedSlot.Of(spec, found.Plan.Moves.First(move => move.Service == spec.Service).From)),
            ],
            read.Known, found.Plan.Bound,
            taken is null ? found.Plan.Refusals : [taken, .. found.Plan.Refusals], read.Unread);
    }

    // It can be simulated, and could not be applied.
    private async Task<Refusal?> OtherContentAsync(SimulationRequest request, CancellationToken cancellation)
    {
        if (request.Given.OfType<ReleaseManifest>().FirstOrDefault(one => one.Name == $"{request.Release}")
            is not { } given)
        {
            return null;
        }

        var key = ManifestKey.Of(ManifestKind.Release, given.Name);
        var there = await GrainFactory.GetGrain<IManifestGrain>($"{key}").GetAsync(cancellation);
        return there is Answer<ManifestView>.Accepted { Value.Content: var content }
            && content != Vocabulary.Write<Manifest>(given)
            ? CatalogueDecider.OtherContent(key)
            : null;
    }

    private static List<KeyValuePair<SlotKey, int>> LastOf(FoundRelease found) =>
    [
        .. found.Resolved.Spec.Services.Select(entry => KeyValuePair.Create(
            found.Resolved.Spec.SlotOf(entry.Service), found.Slots[entry.Service]?.LastNumber ?? 0)),
    ];

    private async Task<Answer<StartAnswer>> StartAsync(
        ISlotGrain slot, StartRequest request, Command command, bool dryRun, CancellationToken cancellation)
    {
        var resolved = await ResolveAsync(request, isStart: true, cancellation);
        if (resolved is not Answer<Found>.Accepted { Value: var (spec, plan, _) }) return resolved.RefusalOrNull!;
        if (!plan.IsReady) return Refusal.AllOf(plan.Refusals);
        var order = new StartOrder(
            SlotOf(request), request.Version, plan.SpecHash, spec.WhenBusy, Vocabulary.Write(request), spec.Requires,
            plan.Budgets, request.Emergency);
        return await slot.StartAsync(order, command, dryRun, cancellation);
    }

    private Task<Answer<FoundRelease>> FindAsync(
        ReleaseName release, EnvironmentName environment, ImmutableArray<Manifest> given,
        bool? isStart, CancellationToken cancellation) =>
        new ReleaseLookup(
            GrainFactory, rollouts, given, isStart is null ? null : prechecks, isStart is false ? expectations : null)
            .FindAsync(release, environment, clock.Now, isStart ?? false, cancellation);

    private async Task<Answer<Found>> ResolveAsync(
        StartRequest request, bool isStart, CancellationToken cancellation)
    {
        var catalogue = new CatalogueLookup(GrainFactory);
        var answer = await catalogue.ResolveAsync(request, cancellation);
        if (answer is not Answer<RolloutSpec>.Accepted { Value: var spec }) return answer.RefusalOrNull!;
        // What was applied side by side may have closed a circle that nobody saw.
        if (spec.Requires is not null && await new RequirementWalk(GrainFactory).CycleAsync(
            request.Service, cancellation) is { } cycle)
        {
            return cycle;
        }

        // Immutable and named by its content: storing it for a plan that is never started harms nobody.
        var hash = await specs.PutAsync(Vocabulary.Write(spec), cancellation);
        var needed = spec.Requires ?? [];
        var seen = await GrainFactory.SlotsAsync(
            request.Environment, needed.Select(one => one.Service).Prepend(request.Service), cancellation);
        if (seen is not Answer<ImmutableDictionary<ServiceName, SlotState?>>.Accepted { Value: var slots })
            return seen.RefusalOrNull!;
        var back = slots[request.Service].WayBackTo;
        var asked = await prechecks.OfAsync(
            catalogue, spec, slots[request.Service]?.Stable?.Version, isStart, cancellation);
        return new Found(
            spec,
            RolloutPlan.Of(
                spec, hash, back,
                [.. needed.Select(one => new StableOf(one.Service, slots[one.Service]?.Stable?.Version))], asked,
                emergency: request.Emergency),
            slots[request.Service]);
    }

    private static SlotKey SlotOf(StartRequest request) => new(request.Service, request.Environment);

    private sealed record Found(RolloutSpec Spec, RolloutPlan Plan, SlotState? Slot);
}
