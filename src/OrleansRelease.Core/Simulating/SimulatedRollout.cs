using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Simulating;

/// <summary>One service in a simulated world: its strategy step by step, each as long as is expected.</summary>
internal sealed class SimulatedRollout(
    SimulatedWorld world, RolloutId id, SimulatedSlot service, History history)
{
    private readonly List<SimulatedStep> _timeline = [];
    private readonly List<(DateTimeOffset From, Weight Weight)> _shares = [];
    private int _life;
    private int _entered;
    private long _sequence;
    private PartStage _stage = new PartStage.Untouched();

    public RolloutId Id => id;

    public SimulatedSlot Service => service;

    public IReadOnlyList<SimulatedStep> Timeline => _timeline;

    public PartNews News => new(id, _sequence, _stage);

    public DateTimeOffset? BeganAt { get; private set; }

    /// <summary>Until when it has gone forward.</summary>
    public DateTimeOffset? ForwardUntil { get; private set; }

    public DateTimeOffset? DeployedFrom { get; private set; }

    public DateTimeOffset? DeployedUntil { get; private set; }

    public void Begin()
    {
        BeganAt = world.Now;
        ForwardUntil = world.Now;
        Say(new PartStage.Moving());
        Enter(0);
    }

    public void Halt()
    {
        Stop();
        Say(new PartStage.Halted(new Happened(
            DeployedFrom is not null, _shares.Count > 0, Hooked: Steps().Any(step => step is UndoStep.UndoHook))));
    }

    /// <summary>Its release tells it, or it has failed.</summary>
    public void GoBack()
    {
        Stop();
        Say(new PartStage.GoingBack("its release goes back"));
        Undo(Steps(), 0);
    }

    public SimulatedExposure Exposure()
    {
        var (exposed, asIfAll) = (TimeSpan.Zero, TimeSpan.Zero);
        for (var i = 0; i < _shares.Count; i++)
        {
            var (from, weight) = _shares[i];
            // A share that nobody has taken back is counted as long as the release takes.
            var time = (i + 1 < _shares.Count ? _shares[i + 1].From : world.Now) - from;
            if (weight == Weight.None) continue;
            exposed += time;
            asIfAll += time * weight.BasisPoints / Weight.Full;
        }

        return new(id.Slot.Service, exposed, asIfAll);
    }

    private void Enter(int index)
    {
        var step = service.Spec.Steps[index];
        _entered = index + 1;
        var expected = Begin(
            Wording.Of(step), Durations.Of(history, service.Spec, step), Quiet.AfterOthers(service.Spec, step),
            isBack: false);
        // Instances run from the moment that they are started; a share counts from when it may be there.
        if (step is Step.Deploy) DeployedFrom = world.Now;
        if (step is Step.SetWeight share) _shares.Add((world.Now, share.Weight));
        Then(expected.Time, () =>
        {
            ForwardUntil = world.Now;
            if (world.FailsAfter(id.Slot.Service) == index)
                Fail(step);
            else if (index + 1 < service.Spec.Steps.Length)
                Enter(index + 1);
            else
                Say(new PartStage.Verified());
        });
    }

    // A version that does not come up is taken away by its target, which says so only then: what was done before is to
    // be taken back.
    private void Fail(Step step)
    {
        if (step is Step.Deploy) (_entered, DeployedUntil) = (_entered - 1, world.Now);
        if (Steps() is [_, ..] steps)
        {
            Say(new PartStage.GoingBack($"let fail after {Wording.Of(step)}"));
            Undo(steps, 0);
        }
        else
        {
            Say(new PartStage.Back($"let fail in {Wording.Of(step)}"));
        }
    }

    private List<UndoStep> Steps() =>
        [.. WayBack.After(service.Baseline, service.Spec.Version, service.Spec.Steps.Take(_entered)).Steps];

    private void Undo(List<UndoStep> steps, int done)
    {
        if (done == steps.Count)
        {
            Say(new PartStage.Back("taken back"));
            return;
        }

        var step = steps[done];
        var expected = Begin(
            Wording.Of(step), Durations.Of(history, service.Spec, step), Quiet.AfterOthers(service.Spec, step),
            isBack: true);
        Then(expected.Time, () =>
        {
            if (step is UndoStep.RestoreTraffic) _shares.Add((world.Now, Weight.None));
            if (step is UndoStep.RetireCandidate) DeployedUntil = world.Now;
            Undo(steps, done + 1);
        });
    }

    // Whoever had the slot before may have a call under way that nobody keeps out: that one is waited out first.
    private Expected Begin(string text, Expected expected, TimeSpan? quiet, bool isBack)
    {
        var wait = (service.Baseline is null ? null : BeganAt + quiet - world.Now) ?? TimeSpan.Zero;
        if (wait > TimeSpan.Zero)
            (text, expected) = ($"{text}, late calls waited out", expected with { Time = expected.Time + wait });
        _timeline.Add(new(
            world.Elapsed, world.Elapsed + expected.Time, id.Slot.Service, text, expected, isBack));
        return expected;
    }

    // What is under way ends here.
    private void Stop()
    {
        _life++;
        if (_timeline is [.., { IsBack: false } last] && last.Until > world.Elapsed)
        {
            _timeline[^1] = last with { Until = world.Elapsed };
            ForwardUntil = world.Now;
        }
    }

    private void Then(TimeSpan time, Action happens)
    {
        var life = _life;
        world.After(time, () =>
        {
            if (_life == life) happens();
        });
    }

    private void Say(PartStage stage)
    {
        (_sequence, _stage) = (_sequence + 1, stage);
        world.Hear(this);
    }
}
