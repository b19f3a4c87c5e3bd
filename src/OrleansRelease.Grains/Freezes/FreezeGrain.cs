using Microsoft.Extensions.Logging;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Freezes;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Freezes;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Grains.Durability;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Freezes;

[GrainType(Kinds.Freeze)]
internal sealed class FreezeGrain(
    [PersistentState(Kinds.Freeze, RowRecords.Provider)] IPersistentState<RowRecord> storage,
    Surroundings around, ILog log, ILogger<FreezeGrain> logger)
    : DurableGrain<FreezeState, FreezeInput, FreezeEvent>(storage, around, logger), IFreezeGrain
{
    protected override string Kind => Kinds.Freeze;

    protected override IDecider<FreezeState, FreezeInput, FreezeEvent> Decider { get; } = new FreezeDecider();

    public async Task<Answer<FreezeAnswer>> FreezeAsync(
        TimeSpan length, Command command, bool dryRun, CancellationToken cancellation) =>
        // Better a clear no than a freeze that some of the servers do not hold.
        await Around.Format.CheckAsync(RowFormat.Holding, "a freeze", cancellation) is { } refusal
            ? refusal
            : await CommandAsync(
                new FreezeInput.Begin(Environment, length, command.Actor, command.Reason), command, dryRun);

    public Task<Answer<FreezeAnswer>> ThawAsync(Command command, bool dryRun, CancellationToken cancellation) =>
        CommandAsync(new FreezeInput.Thaw(Environment, command.Actor, command.Reason), command, dryRun);

    // The stop button has to work in any case, and so has its end. What is on record of it stays there, and goes on.
    protected override async ValueTask<Row<FreezeState>?> InsteadAsync(FreezeInput input)
    {
        if (input is not (FreezeInput.Begin or FreezeInput.Thaw)) return null;
        if (await Around.Rows.GetAsync(Kind, Key, CancellationToken.None) is not { Summary: var stored }) return null;
        var newest = await log.ReadAsync(Kind, Key, stored.Sequence - 1, limit: 1, CancellationToken.None);
        return Row<FreezeState>.Empty with
        {
            Sequence = stored.Sequence,
            Head = newest is [{ Sequence: var sequence } entry] && sequence == stored.Sequence
                ? TransitionHash.Of(entry.Transition)
                : "",
            At = stored.UpdatedAt,
            State = new(
                Environment,
                stored.Phase == FreezeDecider.Frozen ? Freeze.Unreadable(stored.UpdatedAt) : null),
            // Higher than that of any effect before: a transition decides one at most.
            NextOrdinal = (int)stored.Sequence + 1,
        };
    }

    private EnvironmentName Environment => EnvironmentName.From(Key);

    private async Task<Answer<FreezeAnswer>> CommandAsync(FreezeInput input, Command command, bool dryRun) =>
        (await StepAsync(input, command, dryRun)).Map(stepped => Vocabulary.Read<FreezeAnswer>(stepped.Answer!));
}
