using System.Collections.Immutable;
using System.Text.Json;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Simulating;

/// <summary>A rollout that has ended: its specification, and its decisions about steps, as they are stored.</summary>
public sealed record PastRollout(RolloutId Id, string Spec, ImmutableArray<PastTransition> Transitions);

/// <summary>One decision on record, as the exact stored text.</summary>
public sealed record PastTransition(DateTimeOffset At, string Text);

/// <summary>How long a step of a service has taken: the middle one of so many times.</summary>
public sealed record KnownDuration(ServiceName Service, string Step, TimeSpan Median, int Samples)
{
    internal static History HistoryOf(ImmutableArray<KnownDuration> known)
    {
        var found = known.ToDictionary(
            one => (one.Service, one.Step), one => new PastDuration(one.Median, one.Samples));
        return (service, step) => found.GetValueOrDefault((service, step));
    }
}

/// <summary>
/// How long steps took, read from the record. Where somebody held a rollout, helped it on, or nobody could judge it,
/// its step says nothing of the next time.
/// </summary>
public static class PastSteps
{
    /// <summary>The words of the decisions that are needed for it.</summary>
    public static ImmutableArray<string> Words { get; } =
    [
        .. new[]
        {
            typeof(RolloutEvent.StepEntered), typeof(RolloutEvent.Acted), typeof(RolloutEvent.PausedByPerson),
            typeof(RolloutEvent.EvidenceLost), typeof(RolloutEvent.HeldByFinding), typeof(RolloutEvent.Overridden),
            typeof(RolloutEvent.WentBack), typeof(RolloutEvent.Undone), typeof(RolloutEvent.GotStuck),
            typeof(RolloutEvent.Verified), typeof(RolloutEvent.Finished),
        }.Select(type => Vocabulary.WordOf(type)),
    ];

    public static ImmutableArray<KnownDuration> Of(ServiceName service, IEnumerable<PastRollout> rollouts) =>
    [
        .. rollouts.SelectMany(Took)
            .GroupBy(one => one.Step, one => one.Time, StringComparer.Ordinal)
            .OrderBy(step => step.Key, StringComparer.Ordinal)
            .Select(step => new KnownDuration(service, step.Key, Median([.. step.Order()]), step.Count())),
    ];

    // What another build has written in words that this one does not know says nothing here.
    private static IEnumerable<(string Step, TimeSpan Time)> Took(PastRollout rollout)
    {
        try
        {
            var clock = new StepClock(Vocabulary.Read<RolloutSpec>(rollout.Spec));
            foreach (var transition in rollout.Transitions)
            {
                foreach (var happened in Vocabulary
                    .Read<Transition<RolloutInput, RolloutEvent>>(transition.Text).Events)
                {
                    clock.Take(happened, transition.At);
                }
            }

            return clock.Took;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            return [];
        }
    }

    // Of two in the middle the longer one: who plans by it waits less often than he thought.
    private static TimeSpan Median(TimeSpan[] sorted) => sorted[sorted.Length / 2];
}
