using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slots;

namespace OrleansRelease.Core.Specs;

/// <summary>
/// All that one release is carried through one environment by: immutable, stored once under the hash of its content.
/// </summary>
/// <param name="Release">What moves.</param>
/// <param name="Environment">Where.</param>
/// <param name="Services">Ascending by name, which is the order in which their slots are leased.</param>
/// <param name="Requires">What has to be stable there before it starts.</param>
/// <param name="MaxParallel">How many of its services move at once.</param>
/// <param name="OnFailure">What becomes of the others when one goes back.</param>
/// <param name="RollbackWithin">The longest that taking all of it back may take; null: nobody said so.</param>
/// <param name="WhenBusy">What it does where another release has a slot that it needs.</param>
/// <param name="Stabilise">When it is called taken back; null: as soon as it is.</param>
/// <param name="Reverses">What has completed and is taken back by it; null: it goes forward.</param>
/// <param name="Emergency">Why neither error budgets nor missing numbers are a hindrance; null: they are.</param>
public sealed record PassageSpec(
    ReleaseName Release,
    EnvironmentName Environment,
    ImmutableArray<PassageEntry> Services,
    ImmutableArray<PassageRequirement> Requires,
    int MaxParallel,
    OnFailure OnFailure,
    TimeSpan? RollbackWithin,
    WhenBusy WhenBusy,
    Stabilise? Stabilise = null,
    Reversing? Reverses = null,
    string? Emergency = null)
{
    /// <summary>What is carried out where it was taken back before it began.</summary>
    public static PassageSpec Nothing(ReleaseName release, EnvironmentName environment) =>
        new(release, environment, [], [], 1, OnFailure.RollbackRelease, null, WhenBusy.Queue);

    public SlotKey SlotOf(ServiceName service) => new(service, Environment);
}

/// <summary>
/// One service of a release in an environment: its rollout's specification, what it needs by the release and the
/// catalogue together, and the limits of its way back. <see cref="Reverses"/>: it is taken back to what was before.
/// What it <see cref="Reserves"/> of error budgets is gone for others while it waits or moves.
/// </summary>
public sealed record PassageEntry(
    ServiceName Service, VersionName Version, string SpecHash, ImmutableArray<ServiceName> Needs, UndoLimits Undo,
    TimeSpan KeepPrevious, Reversal? Reverses = null, ImmutableArray<Reservation>? Reserves = null);

/// <summary>The longest that each step of one service's way back can take, all its attempts included.</summary>
public sealed record UndoLimits(
    TimeSpan Baseline, TimeSpan Traffic, TimeSpan Retire, ImmutableArray<HookLimit>? Hooks = null)
{
    [JsonIgnore]
    public TimeSpan All => Baseline + Traffic + Retire + AllHooks;

    [JsonIgnore]
    public TimeSpan AllHooks => (Hooks ?? []).Aggregate(TimeSpan.Zero, (sum, hook) => sum + hook.AtMost);

    public IEnumerable<HookLimit> HooksAt(HookPlace place) => (Hooks ?? []).Where(hook => hook.Place == place);

    /// <summary>The longest that this step of the way back takes.</summary>
    public TimeSpan Of(UndoStep step) => step switch
    {
        UndoStep.EnsureBaseline => Baseline,
        UndoStep.RestoreTraffic => Traffic,
        UndoStep.RetireCandidate => Retire,
        UndoStep.UndoHook undo => (Hooks ?? []).First(hook => hook.Hook == undo.Hook).AtMost,
        _ => throw new UnreachableException($"{step}"),
    };
}

/// <summary>A hook that a way back undoes, the longest that it takes, and where it comes.</summary>
public sealed record HookLimit(string Hook, HookPlace Place, TimeSpan AtMost);

/// <summary>Where on the whole way back of one service a hook is undone.</summary>
public enum HookPlace
{
    BeforeTraffic,
    BeforeRetire,
    Last,
}

public sealed record PassageRequirement(Requirement Requirement, Otherwise Otherwise);
