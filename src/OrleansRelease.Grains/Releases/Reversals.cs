using System.Text.Json;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Releases;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Promotion;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;
using OrleansRelease.Grains.Planning;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Releases;

/// <summary>
/// Reads what taking back a completed release goes by: all slots of its environment, who has brought what is stable
/// there since, and what the catalogue says of what needs what; and by the same, who stands on one that is under way.
/// </summary>
internal sealed class Reversals(
    IRows rows, ISpecs specs, IGrainFactory grains, SoakSlots passages, IStoreClock clock, Expectations expectations)
{
    private const int Page = 500;

    /// <summary>How many rows are read at a time.</summary>
    private const int AtOnce = 16;

    /// <summary>
    /// How what has completed would be taken back now, and who stands on it; null: nothing of it is there any more. Of
    /// a reversal that has ended that is what it has left completed.
    /// </summary>
    /// <param name="spec">Of the passage that is asked.</param>
    /// <param name="state">Where that is.</param>
    /// <param name="isExpected">Whether to read what its steps are expected to take, which takes time.</param>
    /// <param name="cancellation">Whoever asks has gone.</param>
    public async Task<PlannedRollback?> PlanAsync(
        PassageSpec spec, PassageState state, bool isExpected, CancellationToken cancellation) =>
        (spec.Reverses, state) switch
        {
            (null, { HasCompleted: true }) => await PlanAsync(state.Id, isExpected, cancellation),
            ({ }, { IsTerminal: true }) => await CompletedAsync(state.Id, cancellation) is { } completed
                ? await PlanAsync(completed, isExpected, cancellation)
                : null,
            _ => null,
        };

    /// <summary>How a reversal that was planned goes.</summary>
    public async Task<PlannedRollback> PlanAsync(
        PassageSpec reversal, PassageId id, string specHash, bool isExpected, CancellationToken cancellation) =>
        PlannedRollback.OfReversal(
            reversal, id, specHash, clock.Now,
            isExpected ? await expectations.OfReversalAsync(grains, reversal, cancellation) : null);

    private async Task<PlannedRollback?> PlanAsync(
        PassageId passage, bool isExpected, CancellationToken cancellation)
    {
        var read = await ReadAsync(passage, cancellation);
        if (read is not Answer<ReversalGround>.Accepted { Value: var ground })
            return PlannedRollback.Unknown(passage, read.RefusalOrNull!.Reason);
        return ground.Plan(WhenBuiltOn.Hold, reason: null) switch
        {
            ({ } spec, _) => await PlanAsync(
                spec, passage with { Number = passage.Number + 1 }, "plan", isExpected, cancellation),
            (_, { Code: RefusalCodes.NotCompleted }) => null,
            var (_, refusal) => PlannedRollback.Unknown(passage, refusal!.Reason),
        };
    }

    private async Task<PassageId?> CompletedAsync(PassageId reversal, CancellationToken cancellation) =>
        await grains.GetGrain<IReleaseGrain>($"{reversal.Release}").GetAsync(cancellation)
            is Answer<ReleaseView>.Accepted { Value.State: var release }
        && release.LegOf(reversal.Environment) is { } leg
            ? release.CompletedIn(leg)
            : null;

    public async Task<Answer<ReversalGround>> ReadAsync(PassageId passage, CancellationToken cancellation)
    {
        try
        {
            return await GroundAsync(passage, cancellation);
        }
        catch (JsonException e)
        {
            return new Refusal(
                RefusalCodes.Poisoned, $"what is on record in {passage.Environment} cannot be read: {e.Message}",
                "the same when explain says nothing of that any more");
        }
    }

    /// <summary>Who stands on what a passage under way has verified.</summary>
    public async Task<WhoStands> OnMovingAsync(
        PassageSpec spec, PassageState state, CancellationToken cancellation)
    {
        var verified = state.StoodOn(spec);
        if (verified.Count == 0) return WhoStands.Nobody;
        try
        {
            var slots = await SlotsAsync(spec.Environment, cancellation);
            return await KnownAsync(slots, verified.Values.Min(one => one.Since), [], cancellation) switch
            {
                Answer<Known>.Accepted { Value: var known } =>
                    BuiltOn.Moving(state.Id, verified, slots, known.Needs).By is { IsEmpty: false } by
                        ? new(by)
                        : WhoStands.Nobody,
                var no => new(By: null, no.RefusalOrNull!.Reason),
            };
        }
        catch (JsonException e)
        {
            return new(By: null, $"what is on record in {spec.Environment} cannot be read: {e.Message}");
        }
    }

    private async Task<Answer<ReversalGround>> GroundAsync(PassageId passage, CancellationToken cancellation)
    {
        var slots = await SlotsAsync(passage.Environment, cancellation);
        var since = slots.SelectMany(slot => slot.AllLayers)
            .Where(one => one.Passage?.Release == passage.Release).Select(one => one.Since)
            .DefaultIfEmpty(DateTimeOffset.MaxValue).Min();
        var read = await KnownAsync(slots, since, [passage], cancellation);
        if (read is not Answer<Known>.Accepted { Value: var known }) return read.RefusalOrNull!;
        var (there, dependsOn) = (known.Passages, known.DependsOn);
        var on = new BuiltOn(passage.Release, slots, known.Needs);
        var over = await OverAsync(on, there, cancellation);
        var concerned = on.Going.Select(one => one.Service).ToHashSet();
        var limits = await LimitsAsync(
            slots.Where(slot => concerned.Contains(slot.Slot.Service)).SelectMany(slot => slot.AllLayers)
                .Concat(over.Values.Select(one => one.Before).OfType<StableVersion>()),
            cancellation);
        return new ReversalGround(
            passage, on, there.ToDictionary(one => one.Key, one => one.Value.Spec), service => dependsOn[service],
            (service, stable) => over.GetValueOrDefault((service, stable)), hash => limits.GetValueOrDefault(hash));
    }

    // What has come since then, and what it says itself, or the catalogue, that it needs.
    private async Task<Answer<Known>> KnownAsync(
        IReadOnlyList<SlotState> slots, DateTimeOffset since, IEnumerable<PassageId> also,
        CancellationToken cancellation)
    {
        var newer = slots.SelectMany(slot => slot.AllLayers.Where(one => one.Since >= since)
            .Select(stable => (slot.Slot.Service, Stable: stable))).ToList();
        var there = new Dictionary<PassageId, (PassageSpec Spec, PassageState State)>();
        foreach (var one in newer.Select(one => one.Stable.Passage).OfType<PassageId>().Concat(also).Distinct())
        {
            var found = await passages.FindAsync(one, cancellation);
            if (found is not Answer<(PassageSpec, PassageState)>.Accepted { Value: var known })
                return found.RefusalOrNull!;
            there[one] = known;
        }

        var catalogue = await new CatalogueLookup(grains).DependsOnAsync(
            [.. newer.Select(one => one.Service).Distinct()], cancellation);
        return catalogue is Answer<ILookup<ServiceName, ServiceName>>.Accepted { Value: var dependsOn }
            ? new Known(there, dependsOn)
            : catalogue.RefusalOrNull!;
    }

    private async Task<IReadOnlyList<SlotState>> SlotsAsync(
        EnvironmentName environment, CancellationToken cancellation)
    {
        var slots = new List<SlotState>();
        var rowsOf = rows.AllAsync(new(Kinds.Slot, Environment: environment, Limit: Page), cancellation);
        await foreach (var some in rowsOf.Chunk(AtOnce).WithCancellation(cancellation))
        {
            var stored = await Task.WhenAll(some.Select(row => rows.GetAsync(Kinds.Slot, row.Key, cancellation)));
            slots.AddRange(stored.OfType<StoredRow>()
                .Select(row => Read<Row<SlotState>>($"slot {row.Summary.Key}", row.Payload).State)
                .OfType<SlotState>());
        }

        return slots;
    }

    private async Task<Dictionary<string, UndoLimits>> LimitsAsync(
        IEnumerable<StableVersion> versions, CancellationToken cancellation)
    {
        var limits = new Dictionary<string, UndoLimits>();
        foreach (var hash in versions.Select(one => one.SpecHash).Distinct())
        {
            if (await specs.GetAsync(hash, cancellation) is { } text)
                limits[hash] = ReleaseBound.LimitsOf(Read<RolloutSpec>($"the specification {hash}", text));
        }

        return limits;
    }

    // Slots remember what was stable before, but not what was so before a build that does.
    private async Task<Dictionary<(ServiceName, StableVersion), BroughtOver>> OverAsync(
        BuiltOn on, IReadOnlyDictionary<PassageId, (PassageSpec Spec, PassageState State)> there,
        CancellationToken cancellation)
    {
        var over = new Dictionary<(ServiceName, StableVersion), BroughtOver>();
        foreach (var (service, stable, _) in on.Going.Where(one => one.IsLowest))
        {
            var found = stable switch
            {
                { Passage: { } passage } when there.TryGetValue(passage, out var known) =>
                    known.State.Parts.FirstOrDefault(part => part.Service == service)?.Grant is { } grant
                        ? Over(grant.Baseline, grant.BaselineSpecHash, known.State.CreatedAt)
                        : null,
                { Rollout: { } rollout } => await OverAsync(rollout, cancellation),
                _ => null,
            };
            if (found is not null) over[(service, stable)] = found;
        }

        return over;
    }

    private async Task<BroughtOver?> OverAsync(RolloutId rollout, CancellationToken cancellation) =>
        await rows.GetAsync(Kinds.Rollout, $"{rollout}", cancellation) is { } stored
        && Read<Row<RolloutState>>($"rollout {rollout}", stored.Payload).State is { } state
            ? Over(state.Baseline, state.BaselineSpecHash, state.CreatedAt)
            : null;

    private static BroughtOver? Over(VersionName? baseline, string? specHash, DateTimeOffset at) =>
        (baseline, specHash) switch
        {
            (null, _) => new(null),
            ({ } version, { } hash) => new(new StableVersion(version, hash, at)),
            _ => null,
        };

    // Of hundreds, which one it is.
    private static T Read<T>(string what, string text)
    {
        try
        {
            return Vocabulary.Read<T>(text);
        }
        catch (JsonException e)
        {
            throw new JsonException($"{what}: {e.Message}", e);
        }
    }

    private sealed record Known(
        IReadOnlyDictionary<PassageId, (PassageSpec Spec, PassageState State)> Passages,
        ILookup<ServiceName, ServiceName> DependsOn)
    {
        // What a release brings together stands together, also what it has found there.
        public IEnumerable<ServiceName> Needs(ServiceName service, StableVersion stable) => DependsOn[service].Concat(
            stable.Passage is { } by && Passages.TryGetValue(by, out var known)
                ? known.Spec.Services.Select(entry => entry.Service)
                    .Concat(known.Spec.Requires.Select(one => one.Requirement.Service))
                : []);
    }
}
