using Microsoft.Extensions.Logging;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Environments;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Environments;
using OrleansRelease.Core.Identity;
using OrleansRelease.Grains.Durability;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Environments;

[GrainType(Kinds.Environment)]
internal sealed class EnvironmentGrain(
    [PersistentState(Kinds.Environment, RowRecords.Provider)] IPersistentState<RowRecord> storage,
    Surroundings around, ILogger<EnvironmentGrain> logger)
    : DurableGrain<EnvironmentState, PermitsInput, PermitsEvent>(storage, around, logger), IEnvironmentGrain
{
    protected override string Kind => Kinds.Environment;

    protected override IDecider<EnvironmentState, PermitsInput, PermitsEvent> Decider { get; } = new PermitsDecider();

    public async Task<Refusal?> RequestPermitAsync(
        RolloutId rollout, int maxParallel, CancellationToken cancellation) =>
        (await StepAsync(new PermitsInput.Request(rollout, maxParallel))).RefusalOrNull;

    public async Task ReturnPermitAsync(RolloutId rollout, CancellationToken cancellation) =>
        Taken(await StepAsync(new PermitsInput.Return(rollout)));

    public Task<Answer<EnvironmentView>> GetAsync(CancellationToken cancellation) =>
        Task.FromResult(Read(row => new EnvironmentView(row.State!, row.Sequence)));
}
