using OrleansRelease.Core.Attribution;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Grains.Tests.Harness;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Storage.Formats;

namespace OrleansRelease.Grains.Tests.Rollouts;

[Collection(ServersCollection.Name)]
public sealed class WhenAServiceThatItMayHaveHurtGetsWorse(Stores stores)
{
    private static readonly Judgement Undecided = new Judgement.Undecided("odds 3.0 to 1, and 20 to 1 are needed");

    [Fact]
    public async Task Blamed_it_goes_back_and_says_by_what_arithmetic()
    {
        await using var server = await TestServer.StartAsync(await stores.NewAsync(), new World());
        var (rollouts, id) = await AtHalfAsync(server);

        var blame = Found(server, id, new Judgement.Blame(id), Advice.GoBack);
        Assert.Null(await rollouts.Grain(id).AttributeAsync(blame, default));
        await rollouts.UntilAsync(id, Phase.RolledBack);

        var explained = (await rollouts.Grain(id).ExplainAsync(default)).Value();
        Assert.Contains("cart got worse", explained.Because[0], StringComparison.Ordinal);
        Assert.Contains("360 of 400 bad where it reached", explained.Because[0], StringComparison.Ordinal);
        // Told again, because whoever told it does not know that it was heard.
        var before = await Eventually.IsAsync(
            "it has told its end", () => rollouts.ViewAsync(id),
            view => view is not null && view.Effects.All(effect => !effect.IsPending));
        Assert.Null(await rollouts.Grain(id).AttributeAsync(blame, default));
        Assert.Equal(before!.Sequence, (await rollouts.ViewAsync(id))!.Sequence);
    }

    [Fact]
    public async Task Held_it_stands_until_a_person_lets_it_go_on_and_who_never_began_is_told_in_vain()
    {
        await using var server = await TestServer.StartAsync(await stores.NewAsync(), new World());
        var (rollouts, id) = await AtHalfAsync(server);

        Assert.Null(await rollouts.Grain(id).AttributeAsync(Found(server, id, Undecided, Advice.Hold), default));
        await rollouts.UntilAsync(id, Phase.Paused);
        (await rollouts.Grain(id).ResumeAsync(rollouts.Command(), dryRun: false, default)).Value();
        Assert.Null(await rollouts.Grain(id).AttributeAsync(Found(server, id, Undecided, Advice.Hold), default));
        Assert.Equal(Phase.Progressing, (await rollouts.ViewAsync(id))!.Phase);

        var never = id with { Number = 99 };
        Assert.Null(await rollouts.Grain(never).AttributeAsync(Found(server, never, Undecided, Advice.Hold), default));
        Assert.Null(await rollouts.ViewAsync(never));
    }

    [Fact]
    public async Task Nothing_is_taken_in_while_a_server_may_be_there_that_cannot_read_it()
    {
        var store = await stores.NewAsync(StoreKind.PostgreSql);
        await using (await OpenStore.StartAsync(store with { Formats = new KnownFormats(1, 1) }))
        {
            // It has made the store.
        }

        await using var server = await TestServer.StartAsync(store, new World());
        var (rollouts, id) = await AtHalfAsync(server);

        var refusal = await rollouts.Grain(id).AttributeAsync(Found(server, id, Undecided, Advice.Hold), default);
        Assert.Equal(RefusalCodes.FinalizeFirst, refusal?.Code);
        Assert.Equal(Phase.Progressing, (await rollouts.ViewAsync(id))!.Phase);
    }

    private static async Task<(Harness.Rollouts Rollouts, RolloutId Id)> AtHalfAsync(TestServer server)
    {
        var rollouts = new Harness.Rollouts(server) { Pause = TimeSpan.FromHours(1) };
        var id = await rollouts.StartAsync(Harness.Rollouts.SlotOf(1), "2.0.0");
        await Eventually.IsAsync(
            "it rests with some requests", () => rollouts.ViewAsync(id),
            view => view is { State.Stage: Stage.Moving { Work: Work.Resting } });
        return (rollouts, id);
    }

    private static Finding Found(TestServer server, RolloutId id, Judgement judgement, Advice advice)
    {
        var now = server.Get<IStoreClock>().Now;
        return new(
            BlameJudge.Version, new SlotKey(ServiceName.From("cart"), id.Slot.Environment),
            new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero), now, judgement, new(10, 4000), new(400, 4000), 0.01,
            [
                new(id, 0.99, 2, null, new(0.5, 0.5, 0.1), new(TimeSpan.FromMinutes(1), 1), advice,
                    "360 of 400 bad where it reached, 10 of 3600 where not"),
            ],
            0);
    }
}
