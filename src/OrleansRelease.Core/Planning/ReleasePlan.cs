using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Freezes;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Simulating;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Planning;

/// <summary>
/// What starting a release in an environment would do, before anything moves: wave by wave, why each service comes
/// where it does, all of it back again, the bound, and what forbids it.
/// </summary>
/// <param name="Release">What would move.</param>
/// <param name="Environment">Where.</param>
/// <param name="SpecHash">By what all that would be carried out is known.</param>
/// <param name="Waves">How many there are.</param>
/// <param name="Moves">Each service, in the order of the release.</param>
/// <param name="Requires">What has to be stable there before it starts.</param>
/// <param name="MaxParallel">How many of its services would move at once.</param>
/// <param name="OnFailure">What becomes of the others when one goes back.</param>
/// <param name="WhenBusy">What it does where another release has a slot that it needs.</param>
/// <param name="RollbackWithin">The longest that taking all of it back may take; null: nobody said so.</param>
/// <param name="Bound">How long that can take; null where nothing bounds how long it takes to find out.</param>
/// <param name="Back">The way back as it would be if everything had happened.</param>
/// <param name="Refusals">What forbids the start.</param>
/// <param name="Freeze">A freeze forbids nothing: what is started waits for its end.</param>
/// <param name="Emergency">Why neither error budgets nor missing numbers are a hindrance; null: they are.</param>
public sealed record ReleasePlan(
    ReleaseName Release,
    EnvironmentName Environment,
    string SpecHash,
    int Waves,
    ImmutableArray<PlannedMove> Moves,
    ImmutableArray<PlannedRequirement> Requires,
    int MaxParallel,
    OnFailure OnFailure,
    WhenBusy WhenBusy,
    TimeSpan? RollbackWithin,
    ReleaseBound? Bound,
    PlannedRollback Back,
    ImmutableArray<Refusal> Refusals,
    Freeze? Freeze = null,
    string? Emergency = null)
{
    [JsonIgnore]
    public bool IsReady => Refusals.IsEmpty;

    /// <summary>How long it takes at least, if nothing waits for anything else than its order.</summary>
    [JsonIgnore]
    public TimeSpan AtLeast => AtLeastOf(Moves, MaxParallel);

    /// <param name="resolved">What would be carried out.</param>
    /// <param name="specHash">By what that is known.</param>
    /// <param name="forbidden">What was found to forbid it when it was resolved.</param>
    /// <param name="baselines">Where each service begins.</param>
    /// <param name="stable">What is stable there of the services that anything of it requires.</param>
    /// <param name="now">The time, of which nothing but waiting depends.</param>
    /// <param name="slots">Who has or wants the slots of its services; null: nobody.</param>
    /// <param name="asked">What the sources of numbers have said, by service; of others nobody has asked.</param>
    /// <param name="expected">How long steps of the way back are expected to take; null: nobody has looked.</param>
    public static ReleasePlan Of(
        PassageResolution.Resolved resolved, string specHash, ImmutableArray<Refusal> forbidden,
        IReadOnlyDictionary<ServiceName, VersionName?> baselines, IReadOnlyCollection<StableOf> stable,
        DateTimeOffset now, IReadOnlyDictionary<ServiceName, SlotState?>? slots = null,
        IReadOnlyDictionary<ServiceName, AskedBefore>? asked = null, ExpectedUndo? expected = null)
    {
        ArgumentNullException.ThrowIfNull(resolved);
        ArgumentNullException.ThrowIfNull(baselines);
        var (spec, order) = (resolved.Spec, new PassageDecider(resolved.Spec).Order);
        var rollouts = resolved.Rollouts.ToDictionary(rollout => rollout.Service);
        var entries = spec.Services.ToDictionary(entry => entry.Service);
        var needs = resolved.Needs.ToLookup(need => need.Service);
        var plans = entries.ToDictionary(
            entry => entry.Key,
            entry => RolloutPlan.Of(
                rollouts[entry.Key], entry.Value.SpecHash, baselines[entry.Key], stable,
                asked?.GetValueOrDefault(entry.Key),
                spec.OnFailure == OnFailure.RollbackRelease ? resolved.Bound?.Total : null, spec.Emergency));
        ImmutableArray<PlannedRequirement> requires =
            [.. spec.Requires.Select(one => PlannedRequirement.Of(one, stable))];
        return new(
            spec.Release, spec.Environment, specHash, order.Waves.Length,
            [
                .. order.Forward.Select(service => PlannedMove.Of(
                    plans[service], order.WaveOf(service) + 1, needs[service], entries[service],
                    slots?.GetValueOrDefault(service))),
            ],
            requires, spec.MaxParallel, spec.OnFailure, spec.WhenBusy, spec.RollbackWithin, resolved.Bound,
            PlannedRollback.OfAll(spec, baselines, specHash, now, expected),
            [
                .. forbidden,
                // What is at its version already counts as verified and is left as it is. Also where that is all of it
                // the release begins: it has to complete here, and be measured, before it goes on.
                .. order.Forward.SelectMany(service => plans[service].Refusals
                    .Where(refusal => refusal.Code != RefusalCodes.AlreadyStable)
                    .Select(refusal => refusal with { Reason = $"{service}: {refusal.Reason}" })),
                .. requires.Select(one => one.Forbidden(spec)).OfType<Refusal>(),
                .. order.Forward.Select(service => Overbooked(spec, plans[service], slots?.GetValueOrDefault(service)))
                    .OfType<Refusal>(),
                .. order.Forward.Select(service => PlannedHolder.Forbidden(
                    slots?.GetValueOrDefault(service), spec, service)).OfType<Refusal>(),
            ],
            Emergency: spec.Emergency);
    }

    // What rollouts that move or wait there have set aside is gone for it, as for any other.
    private static Refusal? Overbooked(PassageSpec spec, RolloutPlan plan, SlotState? slot) =>
        slot is null || spec.Emergency is not null || plan.Refusals.Any(no => no.Code == RefusalCodes.BudgetExceeded)
            ? null
            : Reservations.Overbooked(slot, plan.To, spec.WhenBusy, plan.Budgets) is { } no
                ? no with { Reason = $"{plan.Slot.Service}: {no.Reason}" }
                : null;

    private static TimeSpan AtLeastOf(ImmutableArray<PlannedMove> moves, int maxParallel)
    {
        // Only so many go at once, also where they do not need each other; people read no parts of seconds.
        var sum = moves.Aggregate(TimeSpan.Zero, (all, move) => all + move.AtLeast);
        var shared = TimeSpan.FromSeconds(Math.Floor(sum.TotalSeconds / maxParallel));
        // Each stands behind all that it comes after.
        var ends = new Dictionary<ServiceName, TimeSpan>();
        foreach (var move in moves)
        {
            ends[move.Service] = move.AtLeast
                + move.After.Select(need => ends[need.On]).DefaultIfEmpty(TimeSpan.Zero).Max();
        }

        return ends.Values.Append(shared).Max();
    }
}
