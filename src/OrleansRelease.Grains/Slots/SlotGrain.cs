using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Orleans.Streams;
using Orleans.Streams.Core;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Restoring;
using OrleansRelease.Contracts.Slots;
using OrleansRelease.Contracts.Streams;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;
using OrleansRelease.Grains.Durability;
using OrleansRelease.Grains.Effects;
using OrleansRelease.Grains.Restoring;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Slots;

[GrainType(Kinds.Slot), ImplicitStreamSubscription(Kinds.Slot)]
internal sealed partial class SlotGrain(
    [PersistentState(Kinds.Slot, RowRecords.Provider)] IPersistentState<RowRecord> storage,
    Surroundings around, SpecCache specs, Observer observer, Sources sources, ILogger<SlotGrain> logger)
    : DurableGrain<SlotState, SlotInput, SlotEvent>(storage, around, logger), ISlotGrain, IRestoredGrain,
        IStreamSubscriptionObserver, IAsyncObserver<Bell>
{
    private readonly HashSet<SlotKey> _unread = [];

    protected override string Kind => Kinds.Slot;

    protected override IDecider<SlotState, SlotInput, SlotEvent> Decider { get; } = new SlotDecider();

    public async Task<Answer<StartAnswer>> StartAsync(
        StartOrder order, Command command, bool dryRun, CancellationToken cancellation) =>
        NewWord(order) is { } word
            && await Around.Format.CheckAsync(RowFormat.Holding, word, cancellation) is { } refusal
        ? refusal
        : (await StepAsync(new SlotInput.Start(order, command.Actor), command, dryRun))
            .Map(stepped => Vocabulary.Read<StartAnswer>(stepped.Answer!));

    public async Task<Answer<SlotView>> WithdrawAsync(
        RolloutId rollout, Command command, bool dryRun, CancellationToken cancellation) =>
        (await StepAsync(new SlotInput.Withdraw(rollout), command, dryRun)).Map(stepped => View(stepped.Row));

    public async Task EndAsync(
        RolloutId rollout, bool succeeded, TimeSpan keepPrevious, CancellationToken cancellation) =>
        Taken(await StepAsync(new SlotInput.RolloutEnded(rollout, succeeded, keepPrevious)));

    public async Task<Answer<SlotView>> AcceptAsync(Command command, bool dryRun, CancellationToken cancellation) =>
        await ExistsAsync()
            ? (await StepAsync(new SlotInput.Accept(command.Actor, command.Reason), command, dryRun))
                .Map(stepped => View(stepped.Row))
            : Read(View);

    public async Task<Answer<SlotView>> BreakAsync(
        RolloutId holder, Command command, bool dryRun, CancellationToken cancellation)
    {
        if (await Around.Format.CheckAsync(RowFormat.Holding, "breaking a lease", cancellation) is { } refusal)
            return refusal;
        if (!await ExistsAsync()) return Read(View);
        // The holder's own may be just what nobody can read.
        var found = await specs.FirstOfAsync(Row.State?.HolderBy ?? [], cancellation);
        return (await StepAsync(
            new SlotInput.Break(holder, command.Actor, command.Reason, found?.Hash), command, dryRun))
            .Map(stepped => View(stepped.Row));
    }

    public async Task<Answer<SlotAdopted>> AdoptAsync(
        SlotInput.Adopt adopt, Command command, bool dryRun, CancellationToken cancellation) =>
        await Around.Format.CheckAsync(RowFormat.Holding, "taking over what runs", cancellation) is { } refusal
            ? refusal
            : (await StepAsync(adopt, command, dryRun)).Map(stepped => Adopted(stepped.Row, stepped.Answer!));

    public Task<Answer<SlotAdopted>?> RecallAdoptionAsync(
        VersionName version, Command command, CancellationToken cancellation) =>
        Task.FromResult(RecallAdoption(version, command));

    public Task<Answer<SlotAdopted>?> RecallFoundAsync(Command command, CancellationToken cancellation) =>
        Task.FromResult(RecallAdoption(null, command));

    public async Task ObservedAsync(Observation seen, CancellationToken cancellation) =>
        Taken(await StepAsync(new SlotInput.Observed(seen)));

    public async Task NotObservedAsync(string problem, CancellationToken cancellation) =>
        Taken(await StepAsync(new SlotInput.NotObserved(problem)));

    public Task<Answer<StartAnswer>?> RecallAsync(string request, CommandId id, CancellationToken cancellation) =>
        Task.FromResult(Remembered(id, SlotInput.Start.BodyOf(SlotKey.From(Key), request))
            ?.Map(answer => Vocabulary.Read<StartAnswer>(answer)));

    public Task<Answer<SlotView>> GetAsync(CancellationToken cancellation) => Task.FromResult(Read(View));

    public async Task<Refusal?> RegisterWaiterAsync(
        EffectAction.RegisterWaiter waiter, CancellationToken cancellation) =>
        (await StepAsync(new SlotInput.RegisterWaiter(waiter.At, waiter.Waiter, waiter.AtLeast, waiter.Number)))
            .RefusalOrNull;

    public async Task<Refusal?> ClaimAsync(EffectAction.ClaimSlot claim, CancellationToken cancellation) =>
        await Around.Format.CheckAsync(RowFormat.Holding, "a release", cancellation)
        ?? (await StepAsync(new SlotInput.ClaimLease(
            claim.Slot,
            new(claim.Passage, claim.Rank, claim.WhenBusy, claim.Number, claim.Version, claim.SpecHash,
                claim.StartedBy, claim.CreatedAt, claim.Reverses, claim.Reserves),
            claim.Budgets))).RefusalOrNull;

    public async Task<Refusal?> ReturnAsync(EffectAction.ReturnSlot gone, CancellationToken cancellation) =>
        (await StepAsync(new SlotInput.ReturnLease(
            gone.Slot, gone.Passage, gone.Number, gone.Completed, gone.KeepPrevious, gone.IsLeft))).RefusalOrNull;

    public async Task WithdrawWaiterAsync(EffectAction.WithdrawWaiter waiter, CancellationToken cancellation) =>
        Taken(await StepAsync(new SlotInput.WithdrawWaiter(waiter.At, waiter.Waiter, waiter.Number)));

    public async Task BellAsync(Bell bell, CancellationToken cancellation)
    {
        if (bell.SourceKind != Kinds.Slot || SlotKey.Parse(bell.SourceKey) is not { } source) return;
        // It may have begun to wait in another activation.
        if (News.Known(Row.State, source) is null) await ReloadAsync();
        if (News.Known(Row.State, source) is { } known)
        {
            if (await sources.RungAsync(known, bell, cancellation) is { } news)
                await StepAsync(new SlotInput.Heard([news]));
        }
        else if (Row.State is { } state && await sources.RingsAsync(source, state.Slot, cancellation))
        {
            await StepAsync(new SlotInput.RungInVain(source));
        }
    }

    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) =>
        handleFactory.Create<Bell>().ResumeAsync(this);

    public Task OnNextAsync(Bell item, StreamSequenceToken? token = null) => BellAsync(item, CancellationToken.None);

    // What it would have said is read with the next wake.
    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;

    protected override bool FollowsOthers => Row.State?.AllWaits.IsEmpty == false;

    protected override async ValueTask<SlotInput> WokenAsync(CancellationToken cancellation)
    {
        if (Row.State is not { } state || state.AllWaits.IsEmpty) return Tick;
        var news = await Task.WhenAll(state.AllWaits.Select(wait =>
            TryReadAsync(News.Known(state, state.SourceOf(wait))!, cancellation)));
        return new SlotInput.Heard([.. news.OfType<News>()]);
    }

    // Null where it cannot be read. It is due still, so it is tried again with the next look; what can be read does not
    // wait for that.
    private async Task<News?> TryReadAsync(News known, CancellationToken cancellation)
    {
        try
        {
            var news = await sources.ReadAsync(known, cancellation);
            _unread.Remove(known.Source);
            return news;
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            // Said once: it is tried every second or so.
            if (_unread.Add(known.Source)) LogNotRead(Key, known.Source, e);
            return null;
        }
    }

    protected override bool IsToldOnce(SlotInput input) =>
        input is not (SlotInput.Observed or SlotInput.NotObserved or SlotInput.Heard or SlotInput.RungInVain)
        && base.IsToldOnce(input);

    // A lease is broken also where the row has outgrown its bound, and what follows from that goes on.
    protected override bool IsWayBack(SlotInput input, Row<SlotState> next) => input is SlotInput.Break
        || (Row.State?.Broken is not null && input is SlotInput.OutcomeReported or SlotInput.Tick
            or SlotInput.Observed or SlotInput.NotObserved or SlotInput.Accept);

    protected override void AfterStep()
    {
        if (Row.State is { LookAt: { } at, LookBy: { } hash } state && at <= Around.Clock.Now)
            _ = LookAsync(hash, state);
    }

    // Not a part of the turn: a specification that is not in the memory yet is read from the store. That it cannot be
    // read is told by a call, which has a turn of its own.
    private async Task LookAsync(string hash, SlotState state)
    {
        try
        {
            ImmutableArray<LookedFor> versions = state.Stable is { } stable
                ? [new(stable.Version, stable.SpecHash)]
                : [];
            var (spec, problem) = await LookByAsync(hash);
            if (spec is not null) observer.Begin(new(new(Kind, Key), spec, versions));
            else await this.AsReference<IRestoredGrain>().NotObservedAsync(problem, CancellationToken.None);
        }
        catch (Exception e)
        {
            LogNotLooked(Key, e);
        }
    }

    private async ValueTask<(RolloutSpec? Spec, string Problem)> LookByAsync(string hash)
    {
        try
        {
            if (await specs.GetAsync(hash, CancellationToken.None) is { } spec) return (spec, "");
            LogNothingToLookBy(Key, hash);
            return (null, $"the specification {hash} by which it is looked at is not in the store");
        }
        catch (Exception e)
        {
            LogNotLooked(Key, e);
            return (null, $"the specification {hash} by which it is looked at cannot be read: {e.Message}");
        }
    }

    // What a server of the build before would not abide by.
    private static string? NewWord(StartOrder order) =>
        order.Emergency is not null ? "an emergency"
        : order.Requires is { IsEmpty: false } ? "waiting for a version of another service"
        : null;

    // What a command was answered, or null when it is not remembered.
    private Answer<string>? Remembered(CommandId id, string body) =>
        Row.Commands.FirstOrDefault(command => command.Id == id) switch
        {
            null => null,
            var before when before.BodyHash == TransitionHash.Of(body) => before.Answer!,
            _ => Stepping.KeyReused,
        };

    private Answer<SlotAdopted>? RecallAdoption(VersionName? version, Command command) =>
        Remembered(command.Id, SlotInput.Adopt.BodyOf(SlotKey.From(Key), version, command.Reason)) switch
        {
            null => (Answer<SlotAdopted>?)null,
            Answer<string>.Accepted { Value: var answer } => Adopted(Row, answer),
            var refused => refused.RefusalOrNull!,
        };

    private static SlotAdopted Adopted(Row<SlotState> row, string answer) =>
        new(row.State!, Vocabulary.Read<Observation>(answer));

    private static SlotView View(Row<SlotState> row) => new(row.State!, row.Sequence);
}
