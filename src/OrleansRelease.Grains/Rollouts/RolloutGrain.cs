using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Restoring;
using OrleansRelease.Contracts.Rollouts;
using OrleansRelease.Core.Attribution;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Grains.Durability;
using OrleansRelease.Grains.Effects;
using OrleansRelease.Grains.Freezes;
using OrleansRelease.Grains.Measuring;
using OrleansRelease.Grains.Questions;
using OrleansRelease.Grains.Restoring;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Rollouts;

[GrainType(Kinds.Rollout)]
internal sealed partial class RolloutGrain(
    [PersistentState(Kinds.Rollout, RowRecords.Provider)] IPersistentState<RowRecord> storage,
    Surroundings around, SpecCache specs, QuestionRunner questions, TraceSearches searches, Observer observer,
    FreezeLook freezes, HandGate gate, GroundGate ground, RolloutInstruments instruments,
    ILogger<RolloutGrain> logger)
    : DurableGrain<RolloutState, RolloutInput, RolloutEvent>(storage, around, logger), IRolloutGrain, IRestoredGrain
{
    private RolloutSpec? _spec;
    private RolloutDecider? _decider;

    protected override string Kind => Kinds.Rollout;

    protected override IDecider<RolloutState, RolloutInput, RolloutEvent> Decider =>
        _decider ?? throw new InvalidOperationException("there are no rules without a specification");

    protected override RolloutInput Tick { get; } = new RolloutInput.Tick();

    protected override RolloutInput Reported(OutcomeReport report) => new RolloutInput.OutcomeReported(report);

    public async Task<Refusal?> BeginAsync(EffectAction.BeginRollout begin, CancellationToken cancellation) =>
        (await StepAsync(new RolloutInput.Begin(
            begin.Rollout, begin.Generation, begin.Baseline, begin.Version, begin.SpecHash, begin.StartedBy,
            begin.BaselineSpecHash, begin.IsKept, begin.Passage, begin.Emergency)))
        .RefusalOrNull;

    public async Task<Refusal?> GrantPermitAsync(CancellationToken cancellation)
    {
        // A request that was late may be granted after the permit was returned: nobody else would return it again.
        if (!await ExistsAsync() || Row.State is { MayMove: false, Stage: not (Stage.GoingBack or Stage.Stuck) })
            return new(RefusalCodes.NoUseForPermit, $"{Key} moves no more, or never began");
        Taken(await StepAsync(new RolloutInput.PermitGranted()));
        return null;
    }

    public Task YieldAsync(RolloutId by, CancellationToken cancellation) => MakeWayAsync(by, cancellation);

    public async Task MakeWayAsync(PassageId by, CancellationToken cancellation)
    {
        // It may have overtaken the beginning, and has to be told again after it.
        if (!await ExistsAsync()) throw new OrleansException($"{Key} has not begun yet");
        Taken(await StepAsync(new RolloutInput.Yield(by)));
    }

    public async Task<Refusal?> HaltAsync(EffectAction.HaltRollout halt, CancellationToken cancellation) =>
        (await StepAsync(new RolloutInput.Halt(
            halt.Rollout, halt.Passage, halt.Version, halt.SpecHash, halt.StartedBy, halt.Lost))).RefusalOrNull;

    public async Task<Refusal?> TakeBackAsync(EffectAction.TakeBackRollout back, CancellationToken cancellation) =>
        (await StepAsync(new RolloutInput.TakeBack(
            back.Rollout, back.Passage, back.Plan, back.Version, back.SpecHash, back.StartedBy, back.Lost)))
        .RefusalOrNull;

    public async Task<Refusal?> ReverseAsync(EffectAction.ReverseRollout back, CancellationToken cancellation) =>
        (await StepAsync(new RolloutInput.Reverse(
            back.Rollout, back.Passage, back.Plan, back.Generation, back.Baseline, back.BaselineSpecHash, back.Version,
            back.SpecHash, back.StartedBy))).RefusalOrNull;

    public async Task<Refusal?> LeaveAsync(EffectAction.LeaveRollout leave, CancellationToken cancellation) =>
        (await StepAsync(new RolloutInput.Leave(
            leave.Rollout, leave.Passage, leave.Version, leave.SpecHash, leave.StartedBy, leave.By, leave.Reason)))
        .RefusalOrNull;

    public async Task<Refusal?> CompleteAsync(
        EffectAction.CompleteRollout completed, CancellationToken cancellation) =>
        await ExistsAsync()
            ? (await StepAsync(new RolloutInput.Complete(completed.Passage))).RefusalOrNull
            : new(RefusalCodes.NotFound, $"there is no rollout {Key}");

    public Task AnswerAsync(RolloutInput.Answered answered, CancellationToken cancellation) =>
        Row.State is { } state && Core.Rollouts.Questions.NewsOf(state, answered) is { } news
            ? TellAsync(news)
            : Task.CompletedTask;

    public async Task<Refusal?> AttributeAsync(Finding finding, CancellationToken cancellation)
    {
        // What has no row has not begun, and whoever tells it every minute tells it then.
        if (!await ExistsAsync()) return null;
        // It takes nothing in until then; who is blamed is to hear it all the same.
        if (Row.State is { IsTerminal: false } state && state.Restored.IsOpen)
            return new(RefusalCodes.Restored, $"what {Key} has moved is being looked at", "the same afterwards");
        return await Around.Format.CheckAsync(RowFormat.Holding, "what is found of a rollout", cancellation)
            ?? (await StepAsync(new RolloutInput.Attributed(finding.To(RolloutId.From(Key))))).RefusalOrNull;
    }

    public Task ObservedAsync(Observation seen, CancellationToken cancellation) =>
        TellAsync(new RolloutInput.Observed(seen));

    public Task NotObservedAsync(string problem, CancellationToken cancellation) =>
        TellAsync(new RolloutInput.NotObserved(problem));

    public Task<Answer<RolloutView>> PauseAsync(Command command, bool dryRun, CancellationToken cancellation) =>
        CommandAsync(new RolloutInput.Pause(command.Actor, command.Reason), command, dryRun);

    public Task<Answer<RolloutView>> ResumeAsync(Command command, bool dryRun, CancellationToken cancellation) =>
        CommandAsync(new RolloutInput.Resume(command.Actor, command.Reason), command, dryRun);

    public Task<Answer<RolloutView>> PromoteAsync(Command command, bool dryRun, CancellationToken cancellation) =>
        CommandAsync(new RolloutInput.Promote(command.Actor, command.Reason), command, dryRun);

    public Task<Answer<RolloutView>> AbortAsync(Command command, bool dryRun, CancellationToken cancellation) =>
        CommandAsync(new RolloutInput.Abort(command.Actor, command.Reason), command, dryRun);

    public async Task<Answer<RolloutView>> RetryAsync(Command command, bool dryRun, CancellationToken cancellation)
    {
        // A retry means what has failed: that it can be decided at all, or else its way back. A repeated command means
        // what it meant before, whatever has failed since.
        var retry = new RolloutInput.Retry(command.Actor, command.Reason);
        var again = HasTaken(command) ? await CommandAsync(retry, command, dryRun) : null;
        if (again is not null && again.RefusalOrNull?.Code != RefusalCodes.KeyReused) return again;
        if (again is null && await Around.Rows.GetAsync(Kind, Key, cancellation) is not { Summary.Failures: > 0 })
            return await CommandAsync(retry, command, dryRun);
        return await LiftQuarantineAsync(command, dryRun, cancellation) is { } refusal ? refusal : Read(View);
    }

    public Task<Answer<RolloutView>> GetAsync(CancellationToken cancellation) => Task.FromResult(Read(View));

    public async Task<Answer<Explanation>> ExplainAsync(CancellationToken cancellation)
    {
        // Taken once: while the store is asked, the row may move on.
        var (row, unreadable) = (Row, Unreadable);
        var stored = await Around.Rows.GetAsync(Kind, Key, cancellation);
        if (row.State is null && unreadable is null)
        {
            if (RolloutId.Parse(Key) is not { } id)
                return new Refusal(RefusalCodes.NotFound, $"there is no rollout {Key}");
            var slot = await Around.Rows.GetAsync(Kinds.Slot, $"{id.Slot}", cancellation);
            return QueueExplanations.Of(id, slot, Around.Clock.Now);
        }

        var spec = row.State is null ? null : await specs.GetAsync(row.State.SpecHash, cancellation);
        return TroubleExplanations.Trouble(spec, stored?.Summary, unreadable) is { } trouble
            ? TroubleExplanations.Of(Key, stored?.Summary, trouble, Around.Clock.Now)
            : await WithGateAsync(
                Core.Explaining.Explain.Of(spec!, await WithFreezeAsync(row, cancellation), Around.Clock.Now),
                row, cancellation);
    }

    // Nothing of it is on record: it only keeps the gates from being answered.
    private async Task<Explanation> WithGateAsync(
        Explanation it, Row<RolloutState> row, CancellationToken cancellation)
    {
        if (row.State?.Work is not Work.Gated) return it;
        if (!await gate.IsSeenAsync(it.Id.Slot, cancellation))
            return it with { Because = it.Because.Add(HandGate.Unseen(it.Id.Slot)) };
        return await ground.MissingAsync(it.Id, cancellation) is { } missing
            ? it with { Because = it.Because.Add(missing) }
            : it;
    }

    // It learns of a freeze only at its gates; people want to know before.
    private async Task<Row<RolloutState>> WithFreezeAsync(Row<RolloutState> row, CancellationToken cancellation) =>
        row.State is { IsTerminal: false } state
        && await freezes.TryOfAsync(state.Id.Slot.Environment, cancellation) is { } fact
            ? row with { State = state with { Freeze = fact } }
            : row;

    protected override async ValueTask<string?> PrepareAsync(RolloutInput input)
    {
        if (_decider is not null && Row.State is not null) return null;
        var hash = Row.State?.SpecHash ?? input switch
        {
            RolloutInput.Begin begin => begin.SpecHash,
            RolloutInput.Halt halt => halt.SpecHash,
            RolloutInput.TakeBack back => back.SpecHash,
            RolloutInput.Leave leave => leave.SpecHash,
            RolloutInput.Reverse reverse => reverse.SpecHash,
            _ => null,
        };
        if (hash is null) return "it has not begun";
        try
        {
            _spec = await specs.GetAsync(hash, CancellationToken.None);
        }
        catch (JsonException e)
        {
            return $"its specification {hash} cannot be read: {e.Message}";
        }

        if (_spec is null) return $"its specification {hash} is not in the store";
        _decider = new RolloutDecider(_spec);
        return null;
    }

    protected override bool IsToldOnce(RolloutInput input) =>
        input is not (RolloutInput.Answered or RolloutInput.Observed or RolloutInput.NotObserved)
        && base.IsToldOnce(input);

    protected override bool IsWayBack(RolloutInput input, Row<RolloutState> next) =>
        input is RolloutInput.Abort
        || next.State?.Stage is Stage.Halted or Stage.GoingBack or Stage.Stuck or Stage.Ended;

    protected override void AfterStep()
    {
        if (Row.State is not { } state || _spec is null) return;
        if (state is { IsTerminal: false, Restored: Restored.Unseen unseen } && unseen.LookAt <= Around.Clock.Now)
            observer.Begin(new(new(Kind, Key), _spec, Versions(state)));
        if (state.Restored.IsOpen) return;
        var due = Core.Rollouts.Questions.Due(_spec, state, Around.Clock.Now);
        if (!due.IsEmpty) questions.Ask(new(state.Id, _spec, state.Baseline, state.BaselineSpecHash, due));
        if (TrailRules.Due(_spec, state, Around.Clock.Now) is { } window) searches.Begin(state.Id, _spec, window);
    }

    protected override void AfterWrite(Row<RolloutState> before)
    {
        if (Row.State is not { } state) return;
        instruments.OnWritten(before.State, state, Row.At);
        if (before.State is { } was && was.Phase != state.Phase) LogPhase(Key, state.Phase, was.Phase);
    }

    private static ImmutableArray<LookedFor> Versions(RolloutState state) =>
    [
        .. state.ToBeSeen.Select(version =>
            new LookedFor(version, version == state.Baseline ? state.BaselineSpecHash : null)),
    ];

    // What is told to a rollout that never began is told to nobody.
    private async Task TellAsync(RolloutInput input)
    {
        if (Row.State is null && Unreadable is null) return;
        Taken(await StepAsync(input));
    }

    private async Task<Answer<RolloutView>> CommandAsync(RolloutInput input, Command command, bool dryRun) =>
        await ExistsAsync()
            ? (await StepAsync(input, command, dryRun)).Map(stepped => View(stepped.Row))
            : input is not RolloutInput.Abort && await WhyPendingAsync() is { } pending ? pending : Read(View);

    // What waits in its slot's queue is there, although it has no row: nobody promotes it past what it waits for. Its
    // abort is the slot's, and whoever asks for that is told so by its not being found here.
    private async Task<Refusal?> WhyPendingAsync()
    {
        if (RolloutId.Parse(Key) is not { } id) return null;
        var slot = await Around.Rows.GetAsync(Kinds.Slot, $"{id.Slot}", CancellationToken.None);
        return QueueExplanations.Of(id, slot, Around.Clock.Now) is Answer<Explanation>.Accepted { Value: var waits }
            ? new Refusal(
                RefusalCodes.Pending, $"{id} has not begun: {string.Join("; ", waits.Because)}", "wait, or abort")
            : null;
    }

    private static RolloutView View(Row<RolloutState> row) =>
        new(row.State!.Id, row.State.Phase, row.State.Share, row.Sequence, NextMove.Of(row), row.State, row.Outbox);
}
