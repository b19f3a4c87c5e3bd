using System.Collections.Immutable;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Tests.Simulation;

/// <summary>
/// One record in a higher epoch, over an outside that does what it is told. Nothing but the first look and a person
/// moves it.
/// </summary>
internal sealed class RestoredWorld(World world, Row<RolloutState> row, OutsideThen outside)
{
    private const int Epoch = World.Epoch + 1;

    private const int MaxRounds = 60;

    private static readonly ActorName Anna = ActorName.From("anna");

    private readonly Queue<Dispatch> _attempts = new();
    private Row<RolloutState> _row = row;
    private DateTimeOffset _now = outside.At + TimeSpan.FromMinutes(10);
    private double _share = outside.Share;
    private bool _candidateRuns = outside.CandidateRuns;
    private bool _baselineRuns = outside.BaselineRuns;
    private int _commands;

    private RolloutState State => _row.State!;

    /// <summary>What the record is found to be.</summary>
    public Restored? Look()
    {
        Step(new RolloutInput.Tick());
        Assert.Empty(_attempts);
        Assert.IsType<Restored.Unseen>(State.Restored);
        Step(new RolloutInput.Observed(Seen()));
        return State.Restored;
    }

    /// <summary>Nobody answers, and a person aborts what can be: it has only the shares to be seen then.</summary>
    public void AbortUnseen()
    {
        Step(new RolloutInput.Tick());
        Step(new RolloutInput.NotObserved("nobody answers"));
        if (State.Stage is Stage.Pending or Stage.Moving or Stage.Held) Command(new RolloutInput.Abort(Anna, null));
        Assert.Empty(_attempts);
        Assert.Empty(State.ToBeSeen);
        Step(new RolloutInput.Observed(Seen() with
        {
            Running = ImmutableSortedDictionary<string, InstanceCount>.Empty,
        }));
    }

    public void TakeBack()
    {
        for (var round = 0; round < MaxRounds && !State.IsTerminal; round++)
        {
            while (_attempts.TryDequeue(out var attempt)) Do(attempt);
            if (State.IsTerminal) return;
            switch (State.Stage)
            {
                case Stage.GoingBack when State.Restored is not Restored.Differs:
                    Step(new RolloutInput.Tick());
                    break;
                case Stage.Stuck when State.Restored is not Restored.Differs:
                    Command(new RolloutInput.Retry(Anna, null));
                    break;
                case Stage.GoingBack or Stage.Stuck:
                    Command(new RolloutInput.Resume(Anna, null));
                    break;
                default:
                    Command(new RolloutInput.Abort(Anna, null));
                    break;
            }
        }
    }

    public void CheckThatAllIsAsItWas(string where)
    {
        Assert.True(State.IsTerminal, $"{where}: still in {State.Stage}");
        Assert.True(_share == 0, $"{where}: {State.Phase} with {_share:P} on the new version");
        Assert.False(_candidateRuns, $"{where}: {State.Phase} and the new version runs");
        Assert.True(world.Outside.Baseline is null || _baselineRuns, $"{where}: {State.Phase} without its baseline");
    }

    private Observation Seen()
    {
        var (candidate, baseline) = ($"{world.Outside.Candidate}", world.Outside.Baseline);
        var share = new Weight((int)Math.Round(_share * Weight.Full));
        var shares = ImmutableSortedDictionary<string, Weight>.Empty.Add(candidate, share);
        var running = ImmutableSortedDictionary<string, InstanceCount>.Empty.Add(candidate, Count(_candidateRuns));
        return new(
            _now, baseline is null ? shares : shares.Add($"{baseline}", share.Rest),
            baseline is null ? running : running.Add($"{baseline}", Count(_baselineRuns)), null);
    }

    private static InstanceCount Count(bool runs) => runs ? new(2, 2) : new(0, 0);

    private void Do(Dispatch attempt)
    {
        Assert.Equal(Epoch, attempt.Effect.Fence.Epoch);
        switch (attempt.Effect.Action)
        {
            case EffectAction.Deploy deploy when deploy.Version == world.Outside.Baseline:
                _baselineRuns = true;
                break;
            case EffectAction.Deploy:
                _candidateRuns = true;
                break;
            case EffectAction.Retire:
                _candidateRuns = false;
                break;
            case EffectAction.RunHook or EffectAction.UndoHook or EffectAction.LiftShedding:
                break;
            case EffectAction.SetTraffic set:
                _share = set.Split.CandidateWeight.Share;
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }

        Step(new RolloutInput.OutcomeReported(
            new(attempt.Effect.Ordinal, attempt.Attempt, new Outcome.Applied())));
    }

    private void Command(RolloutInput input) =>
        Step(input, new Command(CommandId.From($"restored-{++_commands}"), Anna));

    private void Step(RolloutInput input, Command? command = null)
    {
        _now += TimeSpan.FromSeconds(1);
        switch (world.Decider.Step(_row, input, command, Epoch, _now))
        {
            case StepResult<RolloutState>.Refused refused:
                Assert.Fail($"{input} is refused in {State.Stage}: {refused.Refusal}");
                break;
            case StepResult<RolloutState>.Written written:
                _row = Vocabulary.Read<Row<RolloutState>>(Vocabulary.Write(written.Row));
                foreach (var attempt in written.Attempts.Where(one => one.Effect.Action.IsOutside))
                    _attempts.Enqueue(attempt);
                break;
            default:
                break;
        }
    }
}
