using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Trails;

namespace OrleansRelease.Core.Rollouts;

/// <summary>
/// What a failure leaves to look at. Its traces are asked for when the way back is decided and written, and nothing
/// waits for them: they are noted when they come, after the end as well.
/// </summary>
public static class TrailRules
{
    /// <summary>How often a source is asked that finds none, or does not answer.</summary>
    public const int MostAsked = 5;

    /// <summary>How soon it is asked again: spans are stored some time after they have ended.</summary>
    public static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(15);

    /// <summary>
    /// From when on the first question counts as lost, with the server that asked it. Whoever asks it still is not
    /// asked twice.
    /// </summary>
    public static readonly TimeSpan LostAfter = TimeSpan.FromSeconds(15);

    /// <summary>What nobody has answered by then is let go, so that no row is looked at for ever.</summary>
    public static readonly TimeSpan GiveUpAfter = TimeSpan.FromMinutes(10);

    /// <summary>The window whose traces are to be asked for now.</summary>
    public static Window? Due(RolloutSpec spec, RolloutState state, DateTimeOffset now) =>
        DueAt(spec, state) <= now ? state.Trail!.Window : null;

    /// <summary>When the state has to be looked at for it; the first question follows the write by itself.</summary>
    internal static DateTimeOffset? NextAt(RolloutSpec spec, RolloutState state) =>
        state.Trail is { Asked: 0 } ? DueAt(spec, state) + LostAfter : DueAt(spec, state);

    /// <summary>Where nothing was written that would lead anywhere, none is left.</summary>
    internal static void Leave(Draft draft, JudgedMetric failed)
    {
        if (draft.Spec is { Traces: null, Links: null }) return;
        if (Failed(draft.State.Tallies[failed.Key]) is not { Window: var window }) return;
        draft.Happen(new RolloutEvent.TrailLeft(new(
            draft.Now, failed.Metric.Name, draft.Spec.Version, window, draft.Spec.Links?.LogsOf(window))));
    }

    /// <summary>What was asked before it was due again is late or doubled, and changes nothing.</summary>
    internal static void Take(Draft draft, TracesFact? fact)
    {
        if (fact is null || !(fact.At >= DueAt(draft.Spec, draft.State))) return;
        draft.Happen(new RolloutEvent.TracesSeen(TracesFact.Of(fact.At, fact.Ids, fact.Problem)));
    }

    internal static void GiveUp(Draft draft)
    {
        if (draft.State.Trail is { } trail && draft.Now >= trail.At + GiveUpAfter)
            Take(draft, TracesFact.Of(draft.Now, [], "nobody has answered in time"));
    }

    internal static Trail See(Trail trail, TracesFact fact) =>
        trail with { Asked = trail.Asked + 1, Traces = fact };

    internal static Judged? Failed(Tally tally) =>
        tally.Recent.LastOrDefault(window => window.Verdict == Verdict.Fail);

    private static DateTimeOffset? DueAt(RolloutSpec spec, RolloutState state) => (spec.Traces, state.Trail) switch
    {
        (null, _) or (_, null) => null,
        _ when state.Restored.IsOpen => null,
        (_, { Traces: null } trail) => trail.At,
        (_, { Traces: { Ids.IsEmpty: true } fact, Asked: < MostAsked } trail) when fact.At < trail.At + GiveUpAfter =>
            fact.At + AskAgainAfter,
        _ => null,
    };
}
