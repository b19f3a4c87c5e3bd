using System.Collections.Immutable;
using Orleans.Concurrency;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Releases;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Promotion;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Scripts;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;
using OrleansRelease.Grains.Effects;
using OrleansRelease.Grains.Planning;
using OrleansRelease.Ports.ByHand;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Releases;

/// <summary>Has no state: what a script does is decided by what it finds when it is run.</summary>
[StatelessWorker, GrainType("back-script")]
internal sealed class BackScriptGrain(ISpecs specs, SpecCache rollouts, ByHandParts parts, IStoreClock clock)
    : Grain, IBackScriptGrain
{
    public async Task<Answer<BackScript>> WriteAsync(
        ReleaseName release, EnvironmentName environment, CancellationToken cancellation)
    {
        var (passage, refusal) = await BegunAsync(release, environment, cancellation);
        if (refusal is not null) return refusal;
        var found = passage is null
            ? await PlannedAsync(release, environment, cancellation)
            : await MovedAsync(passage, cancellation);
        return found is Answer<ImmutableArray<ReturnByHand>>.Accepted { Value: var back }
            ? Write(release, environment, passage?.Id, back)
            : found.RefusalOrNull!;
    }

    private Answer<BackScript> Write(
        ReleaseName release, EnvironmentName environment, PassageId? passage, ImmutableArray<ReturnByHand> back)
    {
        var made = back.Select(parts.Of).ToList();
        var refusals = made.Where(one => one.Part is null).Select(one => new Refusal(
            RefusalCodes.NoScript, one.Reason, "take that service back by what its team has for it")).ToList();
        if (refusals.Count > 0) return Refusal.AllOf(refusals);
        var text = WayBackScript.Of(
            release, environment, clock.Now, [.. made.Select(one => one.Part!)],
            parts.FunctionsFor(back.SelectMany(one => new[] { one.Spec, one.BaselineSpec })));
        return new BackScript(release, environment, passage, clock.Now, text);
    }

    // One that has ended otherwise than well has left nothing to take back: the next one counts.
    private async Task<(PassageState? Passage, Refusal? Refusal)> BegunAsync(
        ReleaseName release, EnvironmentName environment, CancellationToken cancellation)
    {
        var found = await GrainFactory.GetGrain<IReleaseGrain>($"{release}").GetAsync(cancellation);
        if (found.RefusalOrNull is { } no) return (null, no.Code == RefusalCodes.NotFound ? null : no);
        var state = ((Answer<ReleaseView>.Accepted)found).Value.State;
        if (state.LegOf(environment) is not { } leg) return (null, null);
        // A reversal that was taken back itself has left what had completed before it.
        var meant = leg.Stage is LegStage.UnderWay ? null : state.CompletedIn(leg);
        if ((meant ?? state.PassageOf(leg)) is not { } id) return (null, null);
        return (await GrainFactory.GetGrain<IPassageGrain>($"{id}").GetAsync(cancellation)) switch
        {
            Answer<PassageView>.Accepted { Value.State: { IsTerminal: false } moving } => (moving, null),
            Answer<PassageView>.Accepted { Value: { Phase: PassagePhase.Succeeded } done } => (done.State, null),
            Answer<PassageView>.Refused { Refusal: var refusal } when refusal.Code != RefusalCodes.NotFound =>
                (null, refusal),
            _ => (null, null),
        };
    }

    private async Task<Answer<ImmutableArray<ReturnByHand>>> MovedAsync(
        PassageState passage, CancellationToken cancellation)
    {
        if (await specs.GetAsync(passage.SpecHash, cancellation) is not { } text)
            return new Refusal(RefusalCodes.NotFound, $"the specification {passage.SpecHash} is not in the store");
        var spec = Vocabulary.Read<PassageSpec>(text);
        var seen = await GrainFactory.SlotsAsync(
            spec.Environment, spec.Services.Select(one => one.Service), cancellation);
        if (seen is not Answer<ImmutableDictionary<ServiceName, SlotState?>>.Accepted { Value: var slots })
            return seen.RefusalOrNull!;
        var back = ImmutableArray.CreateBuilder<ReturnByHand>();
        foreach (var service in new PassageDecider(spec).Order.Backward)
        {
            var (entry, slot) = (spec.Services.First(one => one.Service == service), slots[service]);
            var grant = passage.PartOf(service).Grant;
            // What somebody else has moved is not touched.
            if (grant?.Replaced is not null) continue;
            var (to, toHash) = (grant, entry.Reverses) switch
            {
                ({ } leased, _) => (leased.Baseline, leased.BaselineSpecHash),
                // What is stable before a lease is what is to be taken back.
                (null, { To: var before }) => (before?.Version, before?.SpecHash),
                _ => (slot?.Stable?.Version, slot?.Stable?.SpecHash),
            };
            if (to == entry.Version || (grant is null && entry.Reverses?.From is { } from && slot?.Stable != from))
                continue;
            if (await rollouts.GetAsync(entry.SpecHash, cancellation) is not { } rollout)
                return new Refusal(RefusalCodes.NotFound, $"the specification {entry.SpecHash} is not in the store");
            var baseline = await rollouts.OfBaselineAsync(toHash, rollout, cancellation);
            back.Add(new(
                rollout, baseline, to, entry.Version, clock.Epoch, grant?.Generation ?? (slot?.Generation ?? 0) + 1,
                IsLeased: grant is not null));
        }

        return back.ToImmutable();
    }

    private async Task<Answer<ImmutableArray<ReturnByHand>>> PlannedAsync(
        ReleaseName release, EnvironmentName environment, CancellationToken cancellation)
    {
        var answer = await new ReleaseLookup(GrainFactory, rollouts, []).FindAsync(
            release, environment, clock.Now, isStart: false, cancellation);
        if (answer is not Answer<FoundRelease>.Accepted { Value: var found }) return answer.RefusalOrNull!;
        var back = ImmutableArray.CreateBuilder<ReturnByHand>();
        foreach (var service in new PassageDecider(found.Resolved.Spec).Order.Backward)
        {
            var spec = found.Resolved.Rollouts.First(one => one.Service == service);
            var slot = found.Slots[service];
            if (slot.WayBackTo == spec.Version) continue;
            var before = await rollouts.OfBaselineAsync(slot?.Stable?.SpecHash, spec, cancellation);
            back.Add(new(
                spec, before, slot.WayBackTo, spec.Version, clock.Epoch, (slot?.Generation ?? 0) + 1, IsLeased: false));
        }

        return back.ToImmutable();
    }
}
