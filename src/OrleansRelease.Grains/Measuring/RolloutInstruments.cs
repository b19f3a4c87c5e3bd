using System.Diagnostics.Metrics;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Grains.Measuring;

/// <summary>
/// How rollouts ended, and their ways back held against what was announced. A way back counts from its decision until
/// the last request is off the new version; what is tidied up after that nobody notices.
/// </summary>
internal sealed class RolloutInstruments
{
    private readonly Counter<long> _ended;
    private readonly Counter<long> _exceeded;
    private readonly Histogram<double> _wayBack;
    private readonly Histogram<double> _part;

    public RolloutInstruments(IMeterFactory factory)
    {
        var meter = factory.Create(GrainsHosting.MeterName);
        _ended = meter.CreateCounter<long>("orel.rollouts.ended", "{rollout}", "Rollouts that ended, by how");
        _wayBack = meter.CreateHistogram(
            "orel.way_back.duration", "s", "Time from the decision to go back to the last request off the new version",
            null, Buckets.OfWaysBack);
        _part = meter.CreateHistogram(
            "orel.way_back.bound_ratio", "1", "That time as a part of the announced bound; above 1 it was exceeded",
            null, Buckets.OfBound);
        _exceeded = meter.CreateCounter<long>(
            "orel.way_back.exceeded", "{rollout}", "Ways back that took longer than was announced");
    }

    /// <summary>One decision on a rollout was written.</summary>
    public void OnWritten(RolloutState? before, RolloutState after, DateTimeOffset at)
    {
        if (before is null) return;
        var environment = after.Id.Slot.Environment;
        if (after.IsTerminal && !before.IsTerminal)
            _ended.Add(1, Of(environment), new KeyValuePair<string, object?>("phase", after.Phase.ToString()));
        switch (before.Stage, after.Stage)
        {
            case (not Stage.GoingBack, Stage.GoingBack):
                // It may be exceeded from now on, and has not been.
                _exceeded.Add(0, Of(environment));
                break;
            case (Stage.GoingBack back, _) when !IsOff(back):
                OnWayBack(environment, back, before.PhaseSince, after.Stage, at);
                break;
            default:
                break;
        }
    }

    private void OnWayBack(
        EnvironmentName environment, Stage.GoingBack before, DateTimeOffset since, Stage after, DateTimeOffset at)
    {
        var isOff = after is Stage.Ended || (after is Stage.GoingBack now && IsOff(now));
        if (isOff)
        {
            _wayBack.Record((at - since).TotalSeconds, Of(environment));
            _part.Record((at - since) / (before.Deadline - since), Of(environment));
        }

        if (before.Overdue) return;
        if (isOff ? at > before.Deadline : after is Stage.GoingBack { Overdue: true })
            _exceeded.Add(1, Of(environment));
    }

    // A way back without any traffic to bring back has had nothing to take off.
    private static bool IsOff(Stage.GoingBack back) =>
        !back.Plan.Steps.Skip(back.Done).Any(step => step is UndoStep.RestoreTraffic);

    private static KeyValuePair<string, object?> Of(EnvironmentName environment) =>
        new("environment", environment.ToString());
}
