using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Simulating;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Tests.Rollouts;

namespace OrleansRelease.Core.Tests.Simulating;

/// <summary>
/// A rollout by the rules that carry one out, in a world in which all goes well until it fails after one of its steps,
/// and every effect takes half of what an attempt may take.
/// </summary>
internal sealed class PlayedRollout
{
    private const int MostTurns = 5_000;

    private static readonly VersionName New = VersionName.From("2.0");

    private readonly RolloutScenario _scenario;
    private readonly int? _failsAfter;
    private readonly DateTimeOffset _began;

    public PlayedRollout(RolloutSpec spec, int? failsAfter, bool isFirst = false)
    {
        _failsAfter = failsAfter;
        _scenario = new(_ => spec, begins: false);
        _scenario.Take(isFirst
            ? RolloutScenario.Begin(baseline: null) with { Generation = 1 }
            : RolloutScenario.Begin());
        _began = _scenario.Now;
        for (var turns = 0; !_scenario.State.IsTerminal; turns++)
        {
            Assert.True(turns < MostTurns, $"it comes to no end: {_scenario.State.Stage}");
            Turn();
        }
    }

    public Phase End => _scenario.State.Phase;

    public TimeSpan Took => _scenario.Now - _began;

    /// <summary>The steps that it has entered, as people read them.</summary>
    public IEnumerable<string> Forward => Events.OfType<RolloutEvent.StepEntered>()
        .Select(entered => entered.Step).Where(step => step < _scenario.Spec.Steps.Length)
        .Select(step => StepNames.Of(_scenario.Spec.Steps[step]));

    /// <summary>What it has undone, one after the other.</summary>
    public IEnumerable<string> Back => Events.OfType<RolloutEvent.WentBack>().SelectMany(back => back.Plan.Steps)
        .Take(Events.OfType<RolloutEvent.Undone>().Count() + (End == Phase.RolledBack ? 1 : 0))
        .Select(Wording.Of);

    /// <summary>It, as it is read for the next time.</summary>
    public PastRollout Past => new(
        RolloutScenario.Id, Vocabulary.Write(_scenario.Spec),
        [.. Transitions.Zip(_scenario.Log, (transition, text) => new PastTransition(transition.At, text))]);

    private IEnumerable<Transition<RolloutInput, RolloutEvent>> Transitions =>
        _scenario.Log.Select(Vocabulary.Read<Transition<RolloutInput, RolloutEvent>>);

    private IEnumerable<RolloutEvent> Events => Transitions.SelectMany(transition => transition.Events);

    private bool IsDeployLost => _failsAfter is { } step && _scenario.Spec.Steps[step] is Step.Deploy;

    // Whatever is under way counts as done; an analysis that only shows is over as soon as it is entered.
    private bool IsToFail => !IsDeployLost && _scenario.State.Stage is Stage.Moving at
        && (at.Step > _failsAfter || (at.Step == _failsAfter && at.Work is not Work.Gated));

    private void Turn()
    {
        var state = _scenario.State;
        if (IsToFail)
            _scenario.Aborted();
        else if (_scenario.Pending is { Effect.Action: var action })
            Carry(action);
        else if (state.Stage is Stage.Pending)
            _scenario.Permitted();
        else if (Questions.Due(_scenario.Spec, state, _scenario.Now) is { IsEmpty: false } due)
            Answer(due);
        else if (state.Stage is Stage.Moving { Work: Work.Resting { Until: null } })
            _scenario.Promoted();
        else
            _scenario.After(Assert.NotNull(_scenario.Row.NextWake) - _scenario.Now);
    }

    private void Carry(EffectAction action)
    {
        _scenario.Unseen(HalfOf(action));
        _scenario.Outcome(IsDeployLost && action is EffectAction.Deploy { Version: var version } && version == New
            ? new Outcome.Refused("it does not come up")
            : new Outcome.Applied());
    }

    private void Answer(Questions due)
    {
        foreach (var question in due.Metrics)
        {
            _scenario.Take(new RolloutInput.Answered(
                [new(question.Key, question.Window, Good(question.Metric.Source))], null));
        }

        if (due.Gates) _scenario.Healthy();
    }

    private static Reading Good(MetricSource source) => source switch
    {
        MetricSource.Target => new Reading.Value(0),
        MetricSource.Query => new Reading.Value(0.1),
        _ => new Reading.Counts(0, 1_000),
    };

    private TimeSpan HalfOf(EffectAction action) => (_scenario.Spec, action) switch
    {
        (var spec, EffectAction.Deploy) => spec.Target.DeployLimits.Timeout,
        (var spec, EffectAction.Retire) => spec.Target.RetireLimits.Timeout,
        (var spec, EffectAction.RunHook hook) => spec.HookOf(hook.Hook).Limits.Timeout,
        (var spec, EffectAction.UndoHook hook) => spec.HookOf(hook.Hook).Undo!.Limits.Timeout,
        (var spec, _) => spec.Traffic.Limits.Timeout,
    } / 2;
}
