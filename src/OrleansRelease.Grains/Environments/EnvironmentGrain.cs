using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Environments;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Environments;
using OrleansRelease.Core.Identity;
using OrleansRelease.Grains.Durability;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Environments;

/// <summary>
/// All rollouts of an environment want something of this one row. What comes while a decision is being written is
/// gathered and decided together in the next one, so that the pace is not that of single writes. Calls interleave, so
/// that they can be gathered; decisions never do: each waits for the one before.
/// </summary>
[GrainType(Kinds.Environment), Reentrant]
internal sealed class EnvironmentGrain(
    [PersistentState(Kinds.Environment, RowRecords.Provider)] IPersistentState<RowRecord> storage,
    Surroundings around, ILogger<EnvironmentGrain> logger)
    : DurableGrain<EnvironmentState, PermitsInput, PermitsEvent>(storage, around, logger), IEnvironmentGrain
{
    private readonly Queue<Gathered> _gathered = [];
    private Task _turn = Task.CompletedTask;
    private bool _isTaking;

    protected override string Kind => Kinds.Environment;

    protected override IDecider<EnvironmentState, PermitsInput, PermitsEvent> Decider { get; } = new PermitsDecider();

    public override Task WakeAsync(long sequence, CancellationToken cancellation) =>
        InTurnAsync(() => base.WakeAsync(sequence, cancellation));

    public override async Task<Refusal?> LiftQuarantineAsync(
        Command command, bool dryRun, CancellationToken cancellation)
    {
        Refusal? refusal = null;
        await InTurnAsync(async () => refusal = await base.LiftQuarantineAsync(command, dryRun, cancellation));
        return refusal;
    }

    public async Task<Refusal?> RequestPermitAsync(
        RolloutId rollout, int maxParallel, CancellationToken cancellation) =>
        await GatherAsync(new PermitsInput.Request(rollout, maxParallel));

    public async Task ReturnPermitAsync(RolloutId rollout, CancellationToken cancellation)
    {
        if (await GatherAsync(new PermitsInput.Return(rollout)) is { } refusal)
            throw new OrleansException(refusal.Reason);
    }

    public override Task ReportOutcomeAsync(OutcomeReport report, CancellationToken cancellation) =>
        Row.State is null && Unreadable is null ? Task.CompletedTask : GatherAsync(Reported(report));

    public Task<Answer<EnvironmentView>> GetAsync(CancellationToken cancellation) =>
        Task.FromResult(Read(row => new EnvironmentView(row.State!, row.Sequence)));

    protected override bool IsToldOnce(PermitsInput input) => input is PermitsInput.Several several
        ? several.Inputs.Any(base.IsToldOnce)
        : base.IsToldOnce(input);

    private Task<Refusal?> GatherAsync(PermitsInput input)
    {
        var one = new Gathered(input);
        _gathered.Enqueue(one);
        // Nobody waits for it but those whose calls it answers.
        if (!_isTaking) _ = TakeAllAsync();
        return one.Done.Task;
    }

    private async Task TakeAllAsync()
    {
        _isTaking = true;
        try
        {
            while (_gathered.Count > 0) await InTurnAsync(TakeSomeAsync);
        }
        finally
        {
            _isTaking = false;
        }
    }

    private async Task InTurnAsync(Func<Task> act)
    {
        var (before, done) = (_turn, new TaskCompletionSource());
        _turn = done.Task;
        await before;
        try
        {
            await act();
        }
        finally
        {
            done.SetResult();
        }
    }

    private Task TakeSomeAsync()
    {
        // A server of the build before, which may take this row over, has no word for several.
        var atMost = Around.Format.Write >= RowFormat.Holding ? EnvironmentLimits.MaxTogether : 1;
        var some = new List<Gathered>();
        while (some.Count < atMost && _gathered.TryDequeue(out var one)) some.Add(one);
        return TakeAsync(some);
    }

    private async Task TakeAsync(List<Gathered> some)
    {
        try
        {
            var answer = await StepAsync(
                some is [var only] ? only.Input : new PermitsInput.Several([.. some.Select(one => one.Input)]));
            foreach (var one in some) one.Done.SetResult(answer.RefusalOrNull ?? Without(one.Input));
        }
        catch (Exception e)
        {
            // Whoever asked decides what becomes of that, as if it had been asked alone.
            foreach (var one in some) one.Done.SetException(e);
        }
    }

    // Of several each is taken or not: what is neither known nor remembered found no room.
    private Refusal? Without(PermitsInput input) =>
        input is PermitsInput.Request { Rollout: var rollout } && Row.State is { } state
            && !state.Knows(rollout) && !state.Returned.Contains(rollout)
            ? PermitsDecider.Full(state)
            : null;

    private sealed record Gathered(PermitsInput Input)
    {
        // What waits for it goes on in turns of its own.
        public TaskCompletionSource<Refusal?> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
