using System.Text.Json;
using Microsoft.Extensions.Logging;
using Orleans.Streams;
using Orleans.Streams.Core;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Releases;
using OrleansRelease.Contracts.Streams;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Specs;
using OrleansRelease.Grains.Durability;
using OrleansRelease.Grains.Planning;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Releases;

/// <summary>
/// One release in one environment. It does nothing outside: it tells slots and rollouts, is told by slots, and reads
/// where its rollouts are, when they ring, and by itself where nobody does.
/// </summary>
[GrainType(Kinds.Passage), ImplicitStreamSubscription(Kinds.Passage)]
internal sealed partial class PassageGrain(
    [PersistentState(Kinds.Passage, RowRecords.Provider)] IPersistentState<RowRecord> storage,
    Surroundings around, PassageSources sources, SoakReader soaks, Reversals reversals, Expectations expectations,
    Doubts doubts, ILogger<PassageGrain> logger)
    : DurableGrain<PassageState, PassageInput, PassageEvent>(storage, around, logger), IPassageGrain,
        IStreamSubscriptionObserver, IAsyncObserver<Bell>
{
    private PassageSpec? _spec;
    private string? _specHash;
    private PassageDecider? _decider;
    private bool _hasRead;

    protected override string Kind => Kinds.Passage;

    protected override IDecider<PassageState, PassageInput, PassageEvent> Decider =>
        _decider ?? throw new InvalidOperationException("there are no rules without a specification");

    protected override PassageInput Tick { get; } = new PassageInput.Tick();

    protected override PassageInput Reported(OutcomeReport report) => new PassageInput.OutcomeReported(report);

    public async Task<Refusal?> BeginAsync(
        EffectAction.BeginPassage begin, string specHash, CancellationToken cancellation) =>
        (await StepAsync(new PassageInput.Begin(begin.Passage, specHash, begin.StartedBy, begin.Rank))).RefusalOrNull;

    public Task<Refusal?> GrantAsync(EffectAction.GrantSlot granted, CancellationToken cancellation) =>
        ToldAsync(new PassageInput.SlotGranted(granted.Slot.Service, granted.Claim, granted.Grant));

    public Task<Refusal?> WoundAsync(EffectAction.WoundHolder wanted, CancellationToken cancellation) =>
        ToldAsync(new PassageInput.SlotWanted(wanted.Slot.Service, wanted.Claim, wanted.By));

    public Task<Refusal?> RefuseAsync(EffectAction.RefuseClaim refused, CancellationToken cancellation) =>
        ToldAsync(new PassageInput.SlotRefused(
            refused.Slot.Service, refused.Claim, refused.Before, refused.Reason));

    public Task<Refusal?> SupersedeAsync(EffectAction.SupersedePassage superseded, CancellationToken cancellation) =>
        ToldAsync(new PassageInput.Supersede(superseded.By));

    public async Task CriteriaReadAsync(PassageInput.CriteriaRead read, CancellationToken cancellation) =>
        Taken(await StepAsync(read));

    public async Task NothingJudgedAsync(PassageInput.NothingJudged nothing, CancellationToken cancellation) =>
        Taken(await StepAsync(nothing));

    public async Task BellAsync(Bell bell, CancellationToken cancellation)
    {
        if (bell.SourceKind == Kinds.Slot)
        {
            if (Row.State?.Stage is PassageStage.Requiring) await StepAsync(await RequiredAsync(cancellation));
            else if (Row.State is not null && SlotKey.Parse(bell.SourceKey) is { } slot)
                await StepAsync(new PassageInput.RungInVain(slot.Service));
            return;
        }

        if (Row.State?.IsTerminal == true) return;
        if (bell.SourceKind != Kinds.Rollout || RolloutId.Parse(bell.SourceKey) is not { } rollout) return;
        // It may have been begun in another activation.
        if (Row.State?.PartOf(rollout) is null) await ReloadAsync();
        if (Row.State?.PartOf(rollout) is { } part && await sources.RungAsync(part, bell, cancellation) is { } news)
            await StepAsync(new PassageInput.Heard([news]));
    }

    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) =>
        handleFactory.Create<Bell>().ResumeAsync(this);

    public Task OnNextAsync(Bell item, StreamSequenceToken? token = null) => BellAsync(item, CancellationToken.None);

    // What it would have said is read with the next wake.
    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;

    public Task<Answer<PassageView>> PauseAsync(Command command, bool dryRun, CancellationToken cancellation) =>
        CommandAsync(new PassageInput.Pause(command.Actor, command.Reason), command, dryRun);

    public Task<Answer<PassageView>> ResumeAsync(Command command, bool dryRun, CancellationToken cancellation) =>
        CommandAsync(new PassageInput.Resume(command.Actor, command.Reason), command, dryRun);

    public Task<Answer<PassageView>> AbortAsync(Command command, bool dryRun, CancellationToken cancellation) =>
        AbortAsync(whenBuiltOn: null, command, dryRun, cancellation);

    public Task<Answer<PassageView>> AbortWithCareAsync(
        WhenBuiltOn whenBuiltOn, Command command, bool dryRun, CancellationToken cancellation) =>
        AbortAsync(whenBuiltOn, command, dryRun, cancellation);

    private async Task<Answer<PassageView>> AbortAsync(
        WhenBuiltOn? whenBuiltOn, Command command, bool dryRun, CancellationToken cancellation)
    {
        if (await ExistsAsync() || PassageId.Parse(Key) is not { } id)
        {
            // Of one that is repeated it is on record.
            var standing = HasTaken(command) ? WhoStands.Nobody : await WhoStandsAsync(cancellation);
            var abort = new PassageInput.Abort(
                command.Actor, command.Reason, standing.By, standing.NotKnown, whenBuiltOn);
            return await CommandAsync(abort, command, dryRun);
        }

        // By what it would be carried out nobody may be able to say: that is why it is aborted.
        var hash = await Around.Specs.PutAsync(
            Vocabulary.Write(PassageSpec.Nothing(id.Release, id.Environment)), cancellation);
        var withdraw = new PassageInput.Withdraw(id, hash, command.Actor, command.Reason, whenBuiltOn);
        return (await StepAsync(withdraw, command, dryRun)).Map(stepped => View(stepped.Row));
    }

    public async Task<Answer<PassageView>> RetryAsync(Command command, bool dryRun, CancellationToken cancellation)
    {
        // As with a rollout: what has failed is meant, that it can be decided at all or else its way back. A repeated
        // command means what it meant before.
        var retry = new PassageInput.Retry(command.Actor, command.Reason);
        var again = HasTaken(command) ? await CommandAsync(retry, command, dryRun) : null;
        if (again is not null && again.RefusalOrNull?.Code != RefusalCodes.KeyReused) return again;
        if (again is null && await Around.Rows.GetAsync(Kind, Key, cancellation) is not { Summary.Failures: > 0 })
            return await CommandAsync(retry, command, dryRun);
        return await LiftQuarantineAsync(command, dryRun, cancellation) is { } refusal ? refusal : Read(View);
    }

    public Task<Answer<PassageView>> LeaveAsync(
        ServiceName service, Command command, bool dryRun, CancellationToken cancellation) =>
        CommandAsync(new PassageInput.Leave(service, command.Actor, command.Reason), command, dryRun);

    public Task<Answer<PassageView>> GetAsync(CancellationToken cancellation) => Task.FromResult(Read(View));

    public async Task<Answer<PassageExplanation>> ExplainAsync(CancellationToken cancellation)
    {
        // Taken once: while the store is asked, the row may move on.
        var (row, unreadable) = (Row, Unreadable);
        if (row.State is null && unreadable is null)
            return new Refusal(RefusalCodes.NotFound, $"there is no release {Key}");
        var stored = await Around.Rows.GetAsync(Kind, Key, cancellation);
        var spec = row.State is null ? null : await SpecAsync(row.State.SpecHash, cancellation);
        return PassageTrouble.Of(spec, stored?.Summary, unreadable) is { } trouble
            ? PassageTrouble.Explain(Key, stored?.Summary, trouble, Around.Clock.Now)
            : ExplainPassage.Of(
                spec!, row, await sources.HoldersAsync(spec!, row.State!, cancellation), Around.Clock.Now,
                await reversals.PlanAsync(spec!, row.State!, isExpected: false, cancellation),
                await doubts.OfAsync(spec!, row.State!, cancellation),
                await reversals.OnMovingAsync(spec!, row.State!, cancellation));
    }

    public async Task<Answer<PlannedRollback>> PlanBackAsync(CancellationToken cancellation)
    {
        if (Row.State is not { } state) return Read(_ => 0).RefusalOrNull!;
        if (await SpecAsync(state.SpecHash, cancellation) is not { } spec)
        {
            return new Refusal(
                RefusalCodes.Poisoned, $"the specification {state.SpecHash} is not in the store", "retry");
        }

        if (await reversals.PlanAsync(spec, state, isExpected: true, cancellation) is { } reversal) return reversal;
        var expected = await expectations.OfAsync(spec, state, cancellation);
        var standing = await reversals.OnMovingAsync(spec, state, cancellation);
        // While the record was read it may have moved on.
        return PlannedRollback.Of(spec, Row.State ?? state, Around.Clock.Now, expected, standing);
    }

    protected override async ValueTask<string?> PrepareAsync(PassageInput input)
    {
        if (_decider is not null && Row.State is not null) return null;
        var hash = Row.State?.SpecHash
            ?? (input as PassageInput.Begin)?.SpecHash ?? (input as PassageInput.Withdraw)?.SpecHash;
        if (hash is null) return "it has not begun";
        try
        {
            _spec = await SpecAsync(hash, CancellationToken.None);
        }
        catch (JsonException e)
        {
            return $"its specification {hash} cannot be read: {e.Message}";
        }

        if (_spec is null) return $"its specification {hash} is not in the store";
        _specHash = hash;
        _decider = new PassageDecider(_spec);
        return null;
    }

    protected override bool FollowsOthers => Row.State is { IsTerminal: false };

    // What it waits for is read as often as its rules say, and once when it comes to life here.
    protected override async ValueTask<PassageInput> WokenAsync(CancellationToken cancellation)
    {
        if (Row.State is not { IsTerminal: false } state) return Tick;
        var isDue = state.ReadAt <= Around.Clock.Now;
        if (state.Stage is PassageStage.Requiring)
            return state.Required is null || isDue ? await RequiredAsync(cancellation) : Tick;

        if (state.Stage is PassageStage.Looking) return isDue ? await StandingAsync(state, cancellation) : Tick;
        if (_hasRead && !isDue) return Tick;
        var news = await sources.ReadAsync(state, cancellation);
        _hasRead = true;
        return new PassageInput.Heard(news);
    }

    protected override bool IsToldOnce(PassageInput input) =>
        input is not (PassageInput.Heard or PassageInput.RequiredRead or PassageInput.CriteriaRead
            or PassageInput.NothingJudged or PassageInput.StandingRead
            or PassageInput.StandingNotRead) && base.IsToldOnce(input);

    protected override bool IsWayBack(PassageInput input, Row<PassageState> next) =>
        input is PassageInput.Abort or PassageInput.StandingRead
        || next.State?.Stage is PassageStage.Halting or PassageStage.GoingBack or PassageStage.Stabilising
            or PassageStage.Ended;

    protected override void AfterStep()
    {
        if (Row.State is { Stage: PassageStage.Stabilising now } state && now.Soak.AskAt <= Around.Clock.Now)
            soaks.BeginAfterBack(state.Id, now.Soak);
    }

    protected override void AfterWrite(Row<PassageState> before)
    {
        if (Row.State is { } state && before.State is { } was && was.Phase != state.Phase)
            LogPhase(Key, state.Phase, was.Phase);
        if (Row.State?.Stage is PassageStage.Ended { Stability: { Holds: false } stability }
            && before.State is { IsTerminal: false })
        {
            LogUnstable(Key, stability.Note ?? "");
        }
    }

    // All its slots are leased: nobody else moves them. Who completes in a service that needs one is not found.
    private async Task<PassageInput> StandingAsync(PassageState state, CancellationToken cancellation)
    {
        if (await SpecAsync(state.SpecHash, cancellation) is not { Reverses: { } reverses }) return Tick;
        return await reversals.ReadAsync(reverses.Passage, cancellation) switch
        {
            Answer<ReversalGround>.Accepted { Value: var ground } =>
                new PassageInput.StandingRead(ground.On.By, ground.Planned(reverses)),
            var no => new PassageInput.StandingNotRead(no.RefusalOrNull!.Reason),
        };
    }

    // Whoever aborts is in a hurry: what cannot be read in a moment keeps nothing waiting.
    private async Task<WhoStands> WhoStandsAsync(CancellationToken cancellation)
    {
        if (Row.State is not { Stage: PassageStage.Moving or PassageStage.Held } state) return WhoStands.Nobody;
        try
        {
            return await SpecAsync(state.SpecHash, cancellation) is { } spec
                ? await reversals.OnMovingAsync(spec, state, cancellation)
                    .WaitAsync(PassageLimits.NamedWithin, cancellation)
                : WhoStands.Nobody;
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            LogNotNamed(Key, e);
            return new(By: null, e is TimeoutException ? "it was not read in time" : "it could not be read");
        }
    }

    private async Task<PassageInput> RequiredAsync(CancellationToken cancellation) =>
        await SpecAsync(Row.State!.SpecHash, cancellation) is { } spec
        && await sources.StableAsync(spec, cancellation) is { } stable
            ? new PassageInput.RequiredRead(stable)
            : Tick;

    private async ValueTask<PassageSpec?> SpecAsync(string hash, CancellationToken cancellation) =>
        _spec is not null && _specHash == hash ? _spec
        : await Around.Specs.GetAsync(hash, cancellation) is { } text ? Vocabulary.Read<PassageSpec>(text)
        : null;

    // A slot may have been told of it before the store was restored: it never was then, and never will be.
    private async Task<Refusal?> ToldAsync(PassageInput input) => await ExistsAsync()
        ? (await StepAsync(input)).RefusalOrNull
        : new Refusal(RefusalCodes.NotFound, $"there is no release {Key}");

    private async Task<Answer<PassageView>> CommandAsync(PassageInput input, Command command, bool dryRun) =>
        await ExistsAsync() ? (await StepAsync(input, command, dryRun)).Map(stepped => View(stepped.Row)) : Read(View);

    private static PassageView View(Row<PassageState> row) =>
        new(row.State!.Id, row.State.Phase, row.Sequence, row.NextWake, row.State, row.Outbox);
}
