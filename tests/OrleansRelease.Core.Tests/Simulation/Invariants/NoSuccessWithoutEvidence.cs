using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Simulation.Invariants;

/// <summary>
/// 5: no rollout advances or succeeds on NoData, Error or Inconclusive; only pauses and analysis steps can be stepped
/// over, by a recorded override.
/// </summary>
internal sealed class NoSuccessWithoutEvidence(RolloutSpec spec) : Invariant(5)
{
    private readonly EvidenceBook _book = new(spec);
    private int _step = -1;
    private DateTimeOffset _since;
    private bool _isOverridden;
    private int? _acting;
    private bool _isVerified;

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
                // A part of a release is verified first, and has succeeded when all of that has.
                case RolloutEvent.Verified:
                    if (!IsNeedless(commit)) RequireVerified(commit);
                    _isVerified = true;
                    break;
                case RolloutEvent.Finished { As: Phase.Succeeded } when !_isVerified:
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
        switch (_step < 0 ? null : spec.Steps[_step])
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

    // What is stable there already has nothing to do, and nothing to prove.
    private bool IsNeedless(Commit commit) =>
        _step < 0 && commit.Read.Input is RolloutInput.Begin begin && begin.Version == begin.Baseline;

    private void RequireVerified(Commit commit)
    {
        Require(_step >= 0, "it was verified before its first step");
        Require(spec.Steps[_step] is Step.Verify, $"it succeeded in step {_step}");
        var wanted = ((Step.Verify)spec.Steps[_step]).Duration;
        foreach (var metric in spec.Background.Where(metric => !metric.DryRun))
        {
            var covered = _book.Covered.GetValueOrDefault(metric.Name);
            Require(covered > TimeSpan.Zero && covered >= wanted,
                $"it succeeded and {metric.Name} covered {covered} of {wanted}");
            var lacks = _book.Lacks(metric, commit.Now);
            Require(lacks is null, $"it succeeded although {metric.Name} {lacks}");
        }
    }
}
