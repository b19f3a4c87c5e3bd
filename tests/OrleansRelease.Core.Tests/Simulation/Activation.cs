using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Simulation;

/// <summary>
/// One activation of the grain, by the rules of its shell: it decides on the row it remembers, writes once, and acts
/// only on what is known to be committed. When it cannot know, or another one has written, it ends.
/// </summary>
internal sealed class Activation(World world, int number, Row<RolloutState> row)
{
    private const int WriteTries = 3;

    private static readonly TimeSpan IdleWait = TimeSpan.FromSeconds(1);

    private DateTimeOffset? _timer;

    public int Number => number;

    public Row<RolloutState> Row { get; private set; } = row;

    public bool IsAlive { get; private set; } = true;

    public void End() => IsAlive = false;

    public Reply Handle(Delivery delivery)
    {
        var faults = delivery.Faults | world.FaultsAround(this);
        var before = Row;
        var result = world.Tamper.Step(world.Decider, Row, delivery.Input, delivery.Command, world.Now);
        switch (result)
        {
            case StepResult<RolloutState>.Written written:
                return Write(delivery, written, faults);
            case not StepResult<RolloutState>.Written when IsToldOnce(delivery.Input) && IsStale:
                // "Nothing to do" and "no" are given without a write that would tell whether this row is still the row;
                // to whoever says something only once they must not be said from an old one.
                world.Saw(before, delivery, faults | Faults.StaleActivation, "read again");
                Row = world.Store.Load();
                return Handle(delivery);
            case StepResult<RolloutState>.Refused refused:
                world.Saw(
                    before, delivery, IsStale ? faults | Faults.StaleActivation : faults,
                    $"refused {refused.Refusal.Code}");
                return Reply.Refused;
            default:
                world.Saw(before, delivery, IsStale ? faults | Faults.StaleActivation : faults, "nothing");
                if (IsStale && delivery.Input is not RolloutInput.Tick) world.Disturbed();
                Looked(IdleWait);
                return Reply.Accepted;
        }
    }

    // What the shell does after every step: ask what is due, and look at the clock again. A wake that changed nothing
    // is not repeated at once.
    private void Looked(TimeSpan least)
    {
        if (!IsAlive) return;
        if (Row.State is { } state
            && Questions.Due(world.Spec, state, world.Now) is { IsEmpty: false } due)
        {
            world.Metrics.Ask(due);
        }

        if (Row.State is { } known && TrailRules.Due(world.Spec, known, world.Now) is not null) world.Metrics.Search();

        if (Row.NextWake is not { } wake) return;
        var at = wake > world.Now + least ? wake : world.Now + least;
        _timer = at;
        world.Agenda.At(at, () => Wake(at));
    }

    /// <summary>The keeper says which row it found due: when the remembered one is older, it is read again.</summary>
    public void WakeByKeeper()
    {
        if (IsStale) Row = world.Store.Load();
        Wake();
    }

    private void Wake()
    {
        if (IsAlive) Handle(new(new RolloutInput.Tick()));
    }

    private void Wake(DateTimeOffset at)
    {
        if (_timer != at) return;
        _timer = null;
        Wake();
    }

    private bool IsStale => Row.Sequence != world.Store.Row.Sequence;

    // Outcomes and answers that get lost are made up for by time; a tick comes again.
    private static bool IsToldOnce(RolloutInput input) =>
        input is not (RolloutInput.Tick or RolloutInput.OutcomeReported or RolloutInput.Answered);

    private Reply Write(Delivery delivery, StepResult<RolloutState>.Written written, Faults faults)
    {
        var before = Row;
        if (world.Tamper.ActsFirst) Make(written);
        for (var attempt = 1; attempt <= WriteTries; attempt++)
        {
            faults |= world.WriteFaults();
            var stale = before.Sequence != world.Store.Row.Sequence;
            if (stale) faults |= Faults.StaleActivation;
            var answer = world.Tamper.Write(world.Store, written, before.Sequence, faults);
            if (answer == WriteAnswer.Failed && world.Store.Row.Sequence == before.Sequence) continue;
            var isMine = answer == WriteAnswer.Committed || world.Store.Row.Head == written.Row.Head;
            if (!isMine) break;
            return Act(delivery, written, faults);
        }

        world.Saw(before, delivery, faults, "not written, activation ends");
        world.Disturbed();
        End();
        return Reply.Silence;
    }

    private Reply Act(Delivery delivery, StepResult<RolloutState>.Written written, Faults faults)
    {
        var before = Row;
        Row = written.Row;
        var (phase, input) = (before.State?.Phase, delivery.Input);
        if (world.CrashesBeforeActing(IsToldOnce(input), phase, input)) faults |= Faults.CrashBeforeAct;
        world.Committed(before, written, delivery, faults);
        if (faults.HasFlag(Faults.CrashBeforeAct))
        {
            world.Crash(faults);
            return Reply.Silence;
        }

        if (!world.Tamper.ActsFirst) Make(written);
        Looked(TimeSpan.Zero);
        return Reply.Accepted;
    }

    private void Make(StepResult<RolloutState>.Written written)
    {
        foreach (var attempt in written.Attempts) world.Runner.Make(attempt);
    }
}
