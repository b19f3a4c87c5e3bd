using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slos;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Planning;

/// <summary>One service of a planned release.</summary>
/// <param name="Service">What moves.</param>
/// <param name="Wave">From 1: with which others it could move together.</param>
/// <param name="From">Where its way back leads; null: nothing runs there.</param>
/// <param name="To">The version that the release brings.</param>
/// <param name="SpecHash">By what its rollout's specification is known.</param>
/// <param name="Strategy">The name of its strategy.</param>
/// <param name="Forward">Its steps as people read them, with how long each takes at least.</param>
/// <param name="JudgedOn">The metrics that count for it.</param>
/// <param name="After">What has to be verified before it begins, and who says so.</param>
/// <param name="WaitsFor">What its rollout waits for beside the release.</param>
/// <param name="Undo">The longest that each step of its way back can take, all attempts included.</param>
/// <param name="KeepPrevious">How long the version before keeps running after the release.</param>
/// <param name="NeverUndone">The hooks that no way back takes back; null: there are none.</param>
/// <param name="HeldBy">Who comes before it in its slot; null: nobody.</param>
/// <param name="Prices">What it can cost the error budgets of its service; null: it has none.</param>
public sealed record PlannedMove(
    ServiceName Service,
    int Wave,
    VersionName? From,
    VersionName To,
    string SpecHash,
    string Strategy,
    ImmutableArray<PlannedStep> Forward,
    ImmutableArray<string> JudgedOn,
    ImmutableArray<PlannedNeed> After,
    ImmutableArray<PlannedWait>? WaitsFor,
    UndoLimits Undo,
    TimeSpan KeepPrevious,
    ImmutableArray<string>? NeverUndone = null,
    PlannedHolder? HeldBy = null,
    ImmutableArray<SloPrice>? Prices = null)
{
    [JsonIgnore]
    public TimeSpan AtLeast => Forward.Aggregate(TimeSpan.Zero, (sum, step) => sum + step.AtLeast);

    internal static PlannedMove Of(
        RolloutPlan plan, int wave, IEnumerable<Need> needs, PassageEntry entry, SlotState? slot) => new(
        plan.Slot.Service, wave, plan.From, plan.To, plan.SpecHash, plan.Strategy, plan.Forward,
        [.. plan.JudgedOn.Where(metric => !metric.DryRun).Select(metric => metric.Name)],
        [
            .. needs.OrderBy(need => $"{need.On}", StringComparer.Ordinal)
                .Select(need => new PlannedNeed(need.On, need.Origin)),
        ],
        plan.WaitsFor, entry.Undo, plan.KeepPrevious, plan.NeverUndone, PlannedHolder.Of(slot), plan.Prices);
}

/// <summary>What comes before a service, and who says so.</summary>
public sealed record PlannedNeed(ServiceName On, NeedOrigin Origin);

/// <summary>What a release requires of a service that does not move with it, and how that stands.</summary>
public sealed record PlannedRequirement(
    ServiceName Service, VersionName AtLeast, Otherwise Otherwise, VersionName? Stable, bool IsMet)
{
    internal static PlannedRequirement Of(PassageRequirement required, IReadOnlyCollection<StableOf> all)
    {
        var stable = all.FirstOrDefault(one => one.Service == required.Requirement.Service)?.Version;
        return new(
            required.Requirement.Service, required.Requirement.AtLeast, required.Otherwise, stable,
            required.Requirement.IsMetBy(stable));
    }

    /// <summary>As people read it.</summary>
    public string Text() => new Requirement(Service, AtLeast).Standing(Stable);

    // What can be waited for forbids nothing. Waiting would not end it where nobody can say which of the two is later.
    internal Refusal? Forbidden(PassageSpec spec) => (IsMet, Otherwise) switch
    {
        (true, _) => null,
        (false, Otherwise.Refuse) => new(
            RefusalCodes.RequirementNotMet, $"in {spec.Environment} {Text()}",
            $"{Service} {AtLeast} or later there first"),
        _ when Stable is { } stable && SemanticVersion.Of(stable) is null => new(
            RefusalCodes.BadVersion, $"in {spec.Environment} {Text()}",
            $"a version of {Service} there such as {AtLeast}, or the release without requiring it"),
        _ => null,
    };
}
