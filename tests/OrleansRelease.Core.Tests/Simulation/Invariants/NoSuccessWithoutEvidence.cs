using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Simulation.Invariants;

/// <summary>
/// 5: no rollout advances or succeeds on NoData, Error or Inconclusive; only pauses and analysis steps can be stepped
/// over, by a recorded override.
/// </summary>
internal sealed class NoSuccessWithoutEvidence(World world) : Invariant(5)
{
    private readonly EvidenceBook _book = new(world);
    private int _step = -1;
    private DateTimeOffset _since;
    private bool _isOverridden;
    private int? _acting;

    public override void OnCommitted(Commit commit)
    {
        _isOverridden = false;
        foreach (var happened in commit.Read.Events)
        {
            switch (happened)
            {
                case RolloutEvent.Overridden:
                    Require(commit.Read.Input is RolloutInput.Promote, "an override without a person");
                    _isOverridden = true;
                    break;
                case RolloutEvent.Acted acted:
                    _acting = acted.Ordinal;
                    break;
                case RolloutEvent.StepEntered entered:
                    Require(entered.Step == _step + 1, $"step {entered.Step} after {_step}");
                    RequireDone(commit);
                    (_step, _since, _acting) = (entered.Step, commit.Now, null);
                    break;
                case RolloutEvent.Finished { As: Phase.Succeeded }:
                    RequireVerified(commit);
                    break;
                default:
                    break;
            }

            _book.Take(commit, happened);
            Require(_book.Misjudged is null, _book.Misjudged ?? "");
        }
    }

    private void RequireDone(Commit commit)
    {
        switch (_step < 0 ? null : world.Spec.Steps[_step])
        {
            case Step.Deploy or Step.SetWeight or Step.Hook:
                Require(
                    commit.Read.Input is RolloutInput.OutcomeReported { Report: { Outcome: Outcome.Applied } report }
                    && report.Ordinal == _acting, $"step {_step} was left without its effect {_acting} being applied");
                break;
            case Step.Pause { Duration: var duration }:
                Require(_isOverridden || commit.Now >= _since + duration, $"a pause of {duration} ended early");
                break;
            case Step.Analyse analysis:
                var missing = analysis.Metrics.FirstOrDefault(m => !m.DryRun && !_book.PassedInStep.Contains(m.Name));
                Require(
                    _isOverridden || missing is null, $"an analysis step was left and {missing?.Name} never passed");
                break;
            case Step.Verify:
                Require(false, "nothing comes after verify");
                break;
            default:
                break;
        }
    }

    private void RequireVerified(Commit commit)
    {
        Require(world.Spec.Steps[_step] is Step.Verify, $"it succeeded in step {_step}");
        var wanted = ((Step.Verify)world.Spec.Steps[_step]).Duration;
        foreach (var metric in world.Spec.Background.Where(metric => !metric.DryRun))
        {
            var covered = _book.Covered.GetValueOrDefault(metric.Name);
            Require(covered > TimeSpan.Zero && covered >= wanted,
                $"it succeeded and {metric.Name} covered {covered} of {wanted}");
            var lacks = _book.Lacks(metric, commit.Now);
            Require(lacks is null, $"it succeeded although {metric.Name} {lacks}");
        }
    }
}
