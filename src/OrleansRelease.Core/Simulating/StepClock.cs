using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Simulating;

/// <summary>Stops the time of each step as the decisions of one rollout come in.</summary>
internal sealed class StepClock(RolloutSpec spec)
{
    private readonly List<(string Step, TimeSpan Time)> _took = [];
    private string? _step;
    private WayBack? _back;
    private int _undone;
    private DateTimeOffset _since;

    public IReadOnlyList<(string Step, TimeSpan Time)> Took => _took;

    public void Take(RolloutEvent happened, DateTimeOffset at)
    {
        switch (happened)
        {
            case RolloutEvent.StepEntered entered:
                Stop(at);
                Start(entered.Step < spec.Steps.Length ? StepNames.Of(spec.Steps[entered.Step]) : null, at);
                break;
            // Until then it has waited for its gates: that is no time of its own.
            case RolloutEvent.Acted:
                _since = at;
                break;
            case RolloutEvent.PausedByPerson or RolloutEvent.EvidenceLost or RolloutEvent.HeldByFinding
                or RolloutEvent.Overridden or RolloutEvent.GotStuck:
                (_step, _back) = (null, null);
                break;
            case RolloutEvent.WentBack back:
                (_back, _undone) = (back.Plan, 0);
                StartUndo(at);
                break;
            case RolloutEvent.Undone when _back is not null:
                Stop(at);
                _undone++;
                StartUndo(at);
                break;
            // A part of a release has succeeded only when that one has completed: that is no time of its own.
            case RolloutEvent.Verified or RolloutEvent.Finished { As: Phase.Succeeded }:
                Stop(at);
                break;
            default:
                break;
        }
    }

    private void StartUndo(DateTimeOffset at) =>
        Start(_back is { } back && _undone < back.Steps.Length ? StepNames.Of(back.Steps[_undone]) : null, at);

    private void Start(string? step, DateTimeOffset at) => (_step, _since) = (step, at);

    private void Stop(DateTimeOffset at)
    {
        if (_step is { } step && at >= _since) _took.Add((step, at - _since));
        _step = null;
    }
}
