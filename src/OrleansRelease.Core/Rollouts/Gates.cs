using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Freezes;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Rollouts;

/// <summary>One thing that must be so before a forward step, and why it is not.</summary>
public sealed record Gate(string Name, bool IsOpen, string Reason);

/// <summary>
/// What must be open before every forward effect, over facts that have not expired. A way back passes all of them.
/// </summary>
public static class Gates
{
    public static ImmutableArray<Gate> Evaluate(RolloutSpec spec, RolloutState state, Step step, DateTimeOffset now) =>
        // Of the others nothing is asked meanwhile.
        Freezing.InForce(state, now) is { } freeze
            ? [new("freeze", false, FreezeText.Of(state.Id.Slot.Environment, freeze, now))]
            : Quiet.AfterOthers(spec, state, step) is { } quiet && quiet > now
                ? [new("quiet", false, NotQuiet(step, quiet, now))]
                : Unfrozen(spec, state, step, now);

    private static ImmutableArray<Gate> Unfrozen(
        RolloutSpec spec, RolloutState state, Step step, DateTimeOffset now) =>
    [
        .. Requirements(spec, state, now),
        new(
            "freeze", state.Freeze is { Freeze: null } fact && now - fact.At <= Questions.FactMaxAge,
            $"whether {state.Id.Slot.Environment} is frozen is being asked"),
        .. Health(state, step, now),
        // Before the first share was seen to hold there can be no evidence yet; it can be tried again without.
        .. state.Exposure.ConfirmedAt is null ? [] : Evidence(spec, state, now),
    ];

    // Who held the slot before may have calls under way that would not be kept out.
    private static string NotQuiet(Step step, DateTimeOffset quiet, DateTimeOffset now) =>
        $"until {Readable.Clock(quiet, now)} a call of who had the slot before may arrive at "
        + (step is Step.Deploy ? "a target that stores no fences" : "an endpoint that stores no fences");

    private static IEnumerable<Gate> Health(RolloutState state, Step step, DateTimeOffset now)
    {
        if (state.Health is not { } fact || now - fact.At > Questions.FactMaxAge)
        {
            yield return new("health", false, "which instances are ready is being asked");
            yield break;
        }

        if (state.Baseline is { } baseline)
        {
            var ready = fact.Baseline is { IsReady: true };
            yield return new("way back", ready, $"{baseline}: {fact.Baseline?.ToString() ?? "not there"}");
        }

        if (step is Step.SetWeight)
        {
            yield return new(
                "ready", fact.Candidate is { IsReady: true },
                $"{state.Version}: {fact.Candidate?.ToString() ?? "not there"}");
        }
    }

    // What was stable when the lease was granted may have been replaced by something older since.
    private static IEnumerable<Gate> Requirements(RolloutSpec spec, RolloutState state, DateTimeOffset now)
    {
        foreach (var requirement in spec.Requires ?? [])
        {
            var stable = state.Required?.VersionOf(requirement.Service);
            var isMet = requirement.IsMetBy(stable);
            // That it was not so is worth telling until it is known to be so.
            var isAsked = state.Required is not { } fact || (isMet && now - fact.At > Questions.FactMaxAge);
            yield return isAsked
                ? new("requires", false, $"what is stable of {requirement.Service} is being asked")
                : new("requires", isMet, requirement.Standing(stable));
        }
    }

    // A burn is looked at every few minutes: it ends a rollout, and makes none wait.
    internal static IEnumerable<Gate> Evidence(RolloutSpec spec, RolloutState state, DateTimeOffset now) =>
        from judged in Metrics.Active(spec, state)
        where judged.Metric is { Counts: true, Burn: null }
        select EvidenceOf(spec, state, judged, now);

    /// <summary>
    /// A usable window that lies wholly after the last change of traffic and ended less than two intervals ago.
    /// </summary>
    private static Gate EvidenceOf(RolloutSpec spec, RolloutState state, JudgedMetric judged, DateTimeOffset now)
    {
        var metric = judged.Metric;
        if (state.Tallies[judged.Key].Last is not { } last)
            return new(metric.Name, false, $"{metric.Name} has no window yet");
        var oldest = now - (metric.Limits.Interval * 2) - metric.Limits.Timeout - Bound.SourceDelay(spec, metric);
        return last switch
        {
            { Counted: false } => new(metric.Name, false, $"{metric.Name} has no whole window since the last change"),
            { Verdict: not Verdict.Pass } => new(
                metric.Name, false, $"{metric.Name}: {last.Verdict} ({last.Detail}) in its newest window"),
            _ when state.Exposure.Changing || last.Window.Start < state.Exposure.ConfirmedAt => new(
                metric.Name, false, $"{metric.Name} has no whole window since the last change"),
            _ when last.Window.End <= oldest => new(
                metric.Name, false, $"{metric.Name}: its newest window is older than two intervals"),
            _ => new(metric.Name, true, last.Detail),
        };
    }
}
