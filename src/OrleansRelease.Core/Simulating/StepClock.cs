using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Simulating;

/// <summary>
/// Stops the time of each step as the decisions of one rollout come in. One lasts until the next one acts: what that
/// one's gates wait for is evidence about it. Where that takes longer than any evidence, they wait for something else.
/// </summary>
internal sealed class StepClock(RolloutSpec spec)
{
    private readonly List<(string Step, TimeSpan Time)> _took = [];

    /// <summary>How long the newest evidence takes to be there at most.</summary>
    private readonly TimeSpan _evidenceWithin = Questions.FactMaxAge + spec.Background
        .Select(metric => metric.Limits.Interval + metric.Limits.Timeout + Bound.SourceDelay(spec, metric))
        .DefaultIfEmpty().Max();

    private (string Step, DateTimeOffset Since, DateTimeOffset At)? _ended;
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
                Settle();
                if (_step is { } step && entered.Work is Work.Gated) _ended = (step, _since, at);
                else Stop(at);
                Start(entered.Step < spec.Steps.Length ? StepNames.Of(spec.Steps[entered.Step]) : null, at);
                break;
            // Until then it has waited for its gates: that is no time of its own.
            case RolloutEvent.Acted:
                if (_ended is { At: var ended } before && at - ended <= _evidenceWithin)
                    _ended = before with { At = at };
                Settle();
                _since = at;
                break;
            case RolloutEvent.PausedByPerson or RolloutEvent.EvidenceLost or RolloutEvent.HeldByFinding
                or RolloutEvent.Overridden or RolloutEvent.GotStuck:
                Settle();
                (_step, _back) = (null, null);
                break;
            case RolloutEvent.WentBack back:
                Settle();
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
                Settle();
                Stop(at);
                break;
            default:
                break;
        }
    }

    // What ended before the next one acted has taken until then.
    private void Settle()
    {
        if (_ended is var (step, since, at) && at >= since) _took.Add((step, at - since));
        _ended = null;
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
