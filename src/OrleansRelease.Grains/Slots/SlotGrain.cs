using Microsoft.Extensions.Logging;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Slots;
using OrleansRelease.Contracts.Streams;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Slots;
using OrleansRelease.Grains.Durability;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Slots;

[GrainType(Kinds.Slot)]
internal sealed class SlotGrain(
    [PersistentState(Kinds.Slot, RowRecords.Provider)] IPersistentState<RowRecord> storage,
    Surroundings around, Sources sources, ILogger<SlotGrain> logger)
    : DurableGrain<SlotState, SlotInput, SlotEvent>(storage, around, logger), ISlotGrain
{
    protected override string Kind => Kinds.Slot;

    protected override IDecider<SlotState, SlotInput, SlotEvent> Decider { get; } = new SlotDecider();

    public async Task<Answer<StartAnswer>> StartAsync(
        StartOrder order, Command command, bool dryRun, CancellationToken cancellation) =>
        (await StepAsync(new SlotInput.Start(order, command.Actor), command, dryRun))
            .Map(stepped => Vocabulary.Read<StartAnswer>(stepped.Answer!));

    public async Task<Answer<SlotView>> WithdrawAsync(
        RolloutId rollout, Command command, bool dryRun, CancellationToken cancellation) =>
        (await StepAsync(new SlotInput.Withdraw(rollout), command, dryRun)).Map(stepped => View(stepped.Row));

    public async Task EndAsync(
        RolloutId rollout, bool succeeded, TimeSpan keepPrevious, CancellationToken cancellation) =>
        Taken(await StepAsync(new SlotInput.RolloutEnded(rollout, succeeded, keepPrevious)));

    public Task<Answer<StartAnswer>?> RecallAsync(string request, CommandId id, CancellationToken cancellation)
    {
        if (Row.Commands.FirstOrDefault(c => c.Id == id) is not { } before)
            return Task.FromResult<Answer<StartAnswer>?>(null);
        var body = SlotInput.Start.BodyOf(SlotKey.From(Key), request);
        return Task.FromResult<Answer<StartAnswer>?>(before.BodyHash == TransitionHash.Of(body)
            ? Vocabulary.Read<StartAnswer>(before.Answer!)
            : Stepping.KeyReused);
    }

    public Task<Answer<SlotView>> GetAsync(CancellationToken cancellation) => Task.FromResult(Read(View));

    public async Task<Refusal?> RegisterWaiterAsync(
        EffectAction.RegisterWaiter waiter, CancellationToken cancellation) =>
        (await StepAsync(new SlotInput.RegisterWaiter(waiter.At, waiter.Waiter, waiter.AtLeast, waiter.Number)))
            .RefusalOrNull;

    public async Task WithdrawWaiterAsync(EffectAction.WithdrawWaiter waiter, CancellationToken cancellation) =>
        Taken(await StepAsync(new SlotInput.WithdrawWaiter(waiter.At, waiter.Waiter, waiter.Number)));

    public async Task BellAsync(Bell bell, CancellationToken cancellation)
    {
        if (bell.SourceKind != Kinds.Slot || SlotKey.Parse(bell.SourceKey) is not { } source) return;
        // It may have begun to wait in another activation; then the next wake reads what this bell was about.
        if (News.Known(Row.State, source) is not { } known) return;
        var news = await sources.RungAsync(known, bell, cancellation);
        if (news is not null) await StepAsync(new SlotInput.Heard([news]));
    }

    protected override bool FollowsOthers => Row.State?.AllWaits.IsEmpty == false;

    protected override async ValueTask<SlotInput> WokenAsync(CancellationToken cancellation)
    {
        if (Row.State is not { } state || state.AllWaits.IsEmpty) return Tick;
        var news = await Task.WhenAll(state.AllWaits.Select(wait =>
            sources.ReadAsync(News.Known(state, state.SourceOf(wait))!, cancellation)));
        return new SlotInput.Heard([.. news]);
    }

    // What gets lost of it is read again.
    protected override bool IsToldOnce(SlotInput input) => input is not SlotInput.Heard && base.IsToldOnce(input);

    private static SlotView View(Row<SlotState> row) => new(row.State!, row.Sequence);
}
