using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Leases;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;
using OrleansRelease.Grains.Tests.Harness;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Tests.Releases;

/// <summary>The test says what a release would say to its rollouts and slots.</summary>
[Collection(ReleasesCollection.Name)]
public sealed class WhenARolloutIsAPartOfARelease(Stores stores) : IAsyncLifetime
{
    private static readonly ActorName Anna = ActorName.From("anna");

    private static readonly VersionName Two = VersionName.From("2.0.0");

    private readonly OneServer _one = new(stores);

    private Harness.Rollouts Rollouts => new(_one.Server);

    public Task InitializeAsync() => _one.InitializeAsync();

    public Task DisposeAsync() => _one.DisposeAsync();

    [Fact]
    public async Task Verified_it_goes_back_when_its_release_says_so_and_not_before()
    {
        var part = await BegunAsync(1);
        await Rollouts.UntilAsync(part.Id, Phase.Verified);
        var abort = await Rollouts.Grain(part.Id).AbortAsync(Rollouts.Command(), dryRun: false, default);
        Assert.Equal(RefusalCodes.OfRelease, abort.RefusalOrNull?.Code);

        Assert.Null(await Rollouts.Grain(part.Id).HaltAsync(part.Halt, default));
        var news = await NewsAsync(part.Id);
        Assert.Equal(new PartStage.Halted(new Happened(true, true)), news.Stage);

        Assert.Null(await Rollouts.Grain(part.Id).TakeBackAsync(part.TakeBack, default));
        await Rollouts.UntilAsync(part.Id, Phase.RolledBack);
        Assert.IsType<PartStage.Back>((await NewsAsync(part.Id)).Stage);
    }

    [Fact]
    public async Task It_has_succeeded_when_its_release_has_completed()
    {
        var part = await BegunAsync(2);
        await Rollouts.UntilAsync(part.Id, Phase.Verified);

        Assert.Null(await Rollouts.Grain(part.Id).CompleteAsync(new(part.Id, part.Passage), default));

        await Rollouts.UntilAsync(part.Id, Phase.Succeeded);
        Assert.Equal(
            RefusalCodes.AlreadySucceeded,
            (await Rollouts.Grain(part.Id).TakeBackAsync(part.TakeBack, default))?.Code);
    }

    [Fact]
    public async Task Halted_before_it_was_begun_it_is_there_explains_itself_and_never_begins()
    {
        var part = await PartAsync(3);

        Assert.Null(await Rollouts.Grain(part.Id).HaltAsync(part.Halt, default));
        Assert.Null(await Rollouts.Grain(part.Id).TakeBackAsync(part.TakeBack, default));

        Assert.Equal(
            RefusalCodes.AlreadyEnded, (await Rollouts.Grain(part.Id).BeginAsync(part.Begin, default))?.Code);
        Assert.NotNull(await Rollouts.Grain(part.Id).GrantPermitAsync(default));
        var explained = (await Rollouts.Grain(part.Id).ExplainAsync(default)).Value();
        Assert.Contains("was stopped before", Assert.Single(explained.Because), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_release_waits_for_a_slot_that_somebody_else_has_and_takes_that_back_once()
    {
        var rollouts = new Harness.Rollouts(_one.Server) { Pause = TimeSpan.FromHours(1) };
        var part = await PartAsync(4);
        await rollouts.UntilAsync(await rollouts.StartAsync(part.Id.Slot, "1.0.0"), Phase.Progressing);
        var claim = new EffectAction.ClaimSlot(
            part.Id.Slot, part.Passage, Rank.Of(part.Passage, DateTimeOffset.UtcNow, 0), WhenBusy.Queue, 1, Two,
            part.Begin.SpecHash, Anna);

        Assert.Null(await rollouts.Slot(part.Id.Slot).ClaimAsync(claim, default));
        Assert.Null(await rollouts.Slot(part.Id.Slot).ClaimAsync(claim, default));
        Assert.Single((await rollouts.SlotStateAsync(part.Id.Slot)).Claims.Waiting);

        var gone = new EffectAction.ReturnSlot(part.Id.Slot, part.Passage, 2, Completed: false, TimeSpan.Zero);
        Assert.Null(await rollouts.Slot(part.Id.Slot).ReturnAsync(gone, default));
        Assert.Null(await rollouts.Slot(part.Id.Slot).ClaimAsync(claim, default));
        Assert.Empty((await rollouts.SlotStateAsync(part.Id.Slot)).Claims.Waiting);
    }

    // What its release would read: the newest of what its rollout has written down for it.
    private async Task<PartNews> NewsAsync(RolloutId id)
    {
        var log = await _one.Server.Get<ILog>().ReadAsync("rollout", $"{id}", 0, 100, default);
        return log.Aggregate(
            new PartNews(id, 0, new PartStage.Untouched()),
            (known, entry) => PartOf.After(known, entry.Sequence, entry.Transition, epoch: 1));
    }

    private async Task<Part> BegunAsync(int number)
    {
        var part = await PartAsync(number);
        Assert.Null(await Rollouts.Grain(part.Id).BeginAsync(part.Begin, default));
        return part;
    }

    private async Task<Part> PartAsync(int number)
    {
        var id = new RolloutId(Harness.Rollouts.SlotOf(number), 1);
        var passage = new PassageId(ReleaseName.From("autumn-2026.11"), id.Slot.Environment, 1);
        var hash = await _one.Server.Get<ISpecs>().PutAsync(Vocabulary.Write(Rollouts.Spec(id.Slot, Two)), default);
        return new(
            id, passage, new(id, 1, null, Two, hash, Anna, Passage: passage), new(id, passage, Two, hash, Anna),
            new(id, passage, 1, Two, hash, Anna));
    }

    private sealed record Part(
        RolloutId Id, PassageId Passage, EffectAction.BeginRollout Begin, EffectAction.HaltRollout Halt,
        EffectAction.TakeBackRollout TakeBack);
}
