using System.Collections.Immutable;
using OrleansRelease.Core.Attribution;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Rollouts;

/// <summary>Which shares of requests a rollout's new version has had, by what is on record.</summary>
public static class ShareHistory
{
    /// <summary>
    /// In order of time. A larger share counts from when it began to be set, because requests may have gone there since
    /// then, whether or not anybody has seen it, until another one was seen; a smaller one from when it was seen.
    /// </summary>
    public static ImmutableArray<ShareStep> Of(
        RolloutSpec spec, IEnumerable<Transition<RolloutInput, RolloutEvent>> transitions)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(transitions);
        var (decider, state) = (new RolloutDecider(spec), default(RolloutState));
        var (steps, share, unseen) = (ImmutableArray.CreateBuilder<ShareStep>(), Weight.None, Weight.None);
        foreach (var transition in transitions)
        {
            foreach (var happened in transition.Events)
            {
                state = decider.Evolve(state, happened, transition.At);
                if (IsSeen(state, happened)) unseen = Weight.None;
                else if (BeingSet(spec, state) is { } wanted && wanted > unseen) unseen = wanted;
                var next = unseen > state.Share ? unseen : state.Share;
                if (next == share) continue;
                steps.Add(new(transition.At, next.Share));
                share = next;
            }
        }

        return steps.ToImmutable();
    }

    /// <summary>
    /// The same when another version has become stable at a time: then this one has no requests any more, although its
    /// own rollout does not know it.
    /// </summary>
    public static ImmutableArray<ShareStep> Replaced(ImmutableArray<ShareStep> steps, DateTimeOffset at) =>
        at > steps[^1].At && steps[^1].Share > 0 ? steps.Add(new(at, Weight.None.Share)) : steps;

    private static bool IsSeen(RolloutState state, RolloutEvent happened) =>
        happened is RolloutEvent.TrafficConfirmed or RolloutEvent.RecordChecked { Restored: Restored.Accepted }
        || state.Stage is Stage.Ended || state.IsTrafficRestored;

    private static Weight? BeingSet(RolloutSpec spec, RolloutState state) => state switch
    {
        { Exposure.Changing: true, Stage: Stage.Moving { Step: var step } } => WeightOf(spec, step),
        { Exposure.Changing: true, Stage: Stage.Held { Step: var step } } => WeightOf(spec, step),
        _ => null,
    };

    private static Weight? WeightOf(RolloutSpec spec, int step) =>
        step < spec.Steps.Length && spec.Steps[step] is Step.SetWeight set ? set.Weight : null;
}
