using Microsoft.Extensions.Logging;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Releases;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Promotion;
using OrleansRelease.Grains.Durability;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Releases;

[GrainType(Kinds.Release)]
internal sealed class ReleaseGrain(
    [PersistentState(Kinds.Release, RowRecords.Provider)] IPersistentState<RowRecord> storage,
    Surroundings around, SoakReader soaks, ILogger<ReleaseGrain> logger)
    : DurableGrain<ReleaseState, ReleaseInput, ReleaseEvent>(storage, around, logger), IReleaseGrain
{
    protected override string Kind => Kinds.Release;

    protected override IDecider<ReleaseState, ReleaseInput, ReleaseEvent> Decider { get; } = new ReleaseDecider();

    public async Task<Answer<ReleaseStarted>> StartAsync(
        ReleaseInput.Start start, Command command, bool dryRun, CancellationToken cancellation) =>
        await Around.Format.CheckAsync(RowFormat.Holding, "a release", cancellation) is { } refusal
            ? refusal
            : (await StepAsync(start, command, dryRun))
                .Map(stepped => Vocabulary.Read<ReleaseStarted>(stepped.Answer!));

    public Task<Answer<ReleaseStarted>?> RecallAsync(
        ReleaseStartRequest request, CommandId id, CancellationToken cancellation) => Task.FromResult(
        Recall<ReleaseStarted>(
            id, ReleaseInput.Start.BodyOf(request.Release, request.Environment, request.Priority)));

    public async Task<Answer<Addressed>> TakeBackAsync(
        ReleaseInput.TakeBack back, Command command, bool dryRun, CancellationToken cancellation) =>
        await Around.Format.CheckAsync(RowFormat.Holding, "a release", cancellation) is { } refusal
            ? refusal
            : await CommandAsync(back, command, dryRun);

    public Task<Answer<Addressed>?> RecallTakingBackAsync(
        ReleaseRollbackRequest request, CommandId id, CancellationToken cancellation) => Task.FromResult(
        Recall<Addressed>(
            id, ReleaseInput.TakeBack.BodyOf(request.Environment, request.WhenBuiltOn, request.Reason)));

    // Of one that was never started there is nothing to be told.
    public async Task PassageEndedAsync(EffectAction.ReportPassage report, CancellationToken cancellation) =>
        Taken(await StepAsync(new ReleaseInput.PassageEnded(report.Passage, report.As, report.LeavesSome)));

    public async Task SoakReadAsync(ReleaseInput.SoakRead read, CancellationToken cancellation) =>
        Taken(await StepAsync(read));

    public async Task SoakReplacedAsync(ReleaseInput.SoakReplaced replaced, CancellationToken cancellation) =>
        Taken(await StepAsync(replaced));

    public Task<Answer<Addressed>> PauseAsync(
        EnvironmentName environment, Command command, bool dryRun, CancellationToken cancellation) =>
        CommandAsync(new ReleaseInput.Pause(environment, command.Actor, command.Reason), command, dryRun);

    public Task<Answer<Addressed>> ResumeAsync(
        EnvironmentName environment, Command command, bool dryRun, CancellationToken cancellation) =>
        CommandAsync(new ReleaseInput.Resume(environment, command.Actor, command.Reason), command, dryRun);

    public Task<Answer<Addressed>> AddressAsync(
        EnvironmentName environment, string verb, Command command, bool dryRun, CancellationToken cancellation) =>
        CommandAsync(new ReleaseInput.Address(environment, verb, command.Actor, command.Reason), command, dryRun);

    public Task<Answer<ReleaseView>> GetAsync(CancellationToken cancellation) => Task.FromResult(Read(row =>
        new ReleaseView(row.State!.Name, row.State.Phase, row.Sequence, row.NextWake, row.State)));

    public Task<Answer<ReleaseExplanation>> ExplainAsync(CancellationToken cancellation) =>
        Task.FromResult(Read(row => ExplainRelease.Of(row, Around.Clock.Now)));

    protected override bool IsToldOnce(ReleaseInput input) =>
        input is not (ReleaseInput.SoakRead or ReleaseInput.SoakReplaced) && base.IsToldOnce(input);

    protected override void AfterStep()
    {
        if (Row.State is not { } state) return;
        foreach (var (leg, soak) in state.Soaking.Where(one => one.Soak.AskAt <= Around.Clock.Now))
            soaks.Begin(state.CompletedIn(leg)!.Value, soak);
    }

    // What this command was answered before; null: it is new.
    private Answer<T>? Recall<T>(CommandId id, string body) =>
        Row.Commands.FirstOrDefault(one => one.Id == id) is not { } before ? null
        : before.BodyHash == TransitionHash.Of(body) ? Vocabulary.Read<T>(before.Answer!)
        : Stepping.KeyReused;

    private async Task<Answer<Addressed>> CommandAsync(ReleaseInput input, Command command, bool dryRun) =>
        (await StepAsync(input, command, dryRun)).Map(stepped => Vocabulary.Read<Addressed>(stepped.Answer!));
}
