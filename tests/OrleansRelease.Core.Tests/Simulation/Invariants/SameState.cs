using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Trails;

namespace OrleansRelease.Core.Tests.Simulation.Invariants;

/// <summary>
/// Equality by content. Records compare arrays by reference, so those are compared first and then made the same; the
/// records' own equality covers every other member, also ones that come later.
/// </summary>
internal static class SameState
{
    public static bool Holds(RolloutState a, RolloutState b) =>
        a.Overrides.SequenceEqual(b.Overrides)
        && a.Tallies.Count == b.Tallies.Count
        && a.Tallies.All(tally => b.Tallies.TryGetValue(tally.Key, out var other) && Holds(tally.Value, other))
        && Holds(a.Required, b.Required)
        && Holds(a.Trail?.Traces, b.Trail?.Traces)
        && Same(a.Findings, b.Findings)
        && (a with
        {
            Overrides = b.Overrides,
            Tallies = b.Tallies,
            Stage = Aligned(a.Stage, b.Stage),
            Required = b.Required,
            Findings = b.Findings,
            Trail = a.Trail is { } trail ? trail with { Traces = b.Trail?.Traces } : null,
        }) == b;

    private static bool Holds(RequiredFact? a, RequiredFact? b) =>
        a is null || b is null ? a == b : a.Stable.SequenceEqual(b.Stable) && (a with { Stable = b.Stable }) == b;

    private static bool Holds(TracesFact? a, TracesFact? b) =>
        a is null || b is null ? a == b : a.Ids.SequenceEqual(b.Ids) && (a with { Ids = b.Ids }) == b;

    private static bool Holds(Tally a, Tally b) =>
        a.Recent.SequenceEqual(b.Recent) && (a with { Recent = b.Recent }) == b;

    private static Stage Aligned(Stage a, Stage b) => (a, b) switch
    {
        (Stage.GoingBack x, Stage.GoingBack y) => x with { Plan = Aligned(x.Plan, y.Plan) },
        (Stage.Stuck x, Stage.Stuck y) => x with { Plan = Aligned(x.Plan, y.Plan) },
        (Stage.Held x, Stage.Held y) when Same(x.Hold.Findings, y.Hold.Findings) =>
            x with { Hold = x.Hold with { Findings = y.Hold.Findings } },
        _ => a,
    };

    private static bool Same<T>(ImmutableArray<T>? a, ImmutableArray<T>? b) =>
        a is null || b is null ? a is null && b is null : a.Value.SequenceEqual(b.Value);

    private static WayBack Aligned(WayBack a, WayBack b) =>
        a.Steps.SequenceEqual(b.Steps) ? a with { Steps = b.Steps } : a with { Steps = ImmutableArray<UndoStep>.Empty };
}
