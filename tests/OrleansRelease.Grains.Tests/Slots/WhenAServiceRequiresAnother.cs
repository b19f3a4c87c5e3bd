using OrleansRelease.Contracts.Streams;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;
using OrleansRelease.Grains.Tests.Harness;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Tests.Slots;

/// <summary>
/// Where a test does not say otherwise no stream delivers anything: what rings is the test, where it does.
/// </summary>
[Collection(ReleasesCollection.Name)]
public sealed class WhenAServiceRequiresAnother(Stores stores)
{
    private static readonly SlotKey Cart = SlotKey.From("cart.lab");

    private static readonly SlotKey Checkout = SlotKey.From("checkout.lab");

    private readonly World _world = new();

    private readonly AdvancedClock _clock = new();

    [Fact]
    public async Task It_waits_explained_and_unskipped_until_it_is_rung_and_more_bells_change_nothing()
    {
        await using var server = await ServerAsync(StoreKind.Sqlite);
        var (rollouts, waiting) = await WaitingAsync(server);

        var explained = (await rollouts.Grain(waiting).ExplainAsync(default)).Value();
        Assert.Equal(Phase.Pending, explained.Phase);
        Assert.Contains("nothing of cart is stable there", Assert.Single(explained.Because), StringComparison.Ordinal);
        var promoted = await rollouts.Grain(waiting).PromoteAsync(rollouts.Command(), dryRun: false, default);
        Assert.Equal("pending", promoted.RefusalOrNull?.Code);

        var rung = await StableAsync(server, "1.9.0");
        Task RingAsync(SlotKey source, long sequence, long previous) => rollouts.Slot(Checkout)
            .BellAsync(new Bell(Kinds.Slot, $"{source}", sequence, previous), default);

        // Of a slot that is not waited for, of what was read already, and of something else that happened there.
        await RingAsync(SlotKey.From("search.lab"), 7, 0);
        await RingAsync(Cart, 1, 0);
        await RingAsync(Cart, 2, 1);
        Assert.Null((await rollouts.SlotStateAsync(Checkout)).Holder);

        await RingAsync(Cart, rung, 2);
        await rollouts.UntilAsync(waiting, Phase.Succeeded);
        await Eventually.IsAsync(
            "it is not waited for any more", () => rollouts.SlotStateAsync(Cart), cart => cart.AllWaiters.IsEmpty);

        var quiet = await Eventually.IsAsync(
            "the slot has nothing to do", () => server.Get<IRows>().GetAsync(Kinds.Slot, $"{Checkout}", default),
            row => row!.Summary is { NextWake: null, Version: not null });
        await RingAsync(Cart, rung, 2);
        await RingAsync(Cart, 2, 1);
        Assert.Equal(quiet!.Summary.Sequence, (await rollouts.Slot(Checkout).GetAsync(default)).Value().Sequence);
    }

    [Fact]
    public async Task Rung_by_the_other_slots_write_it_goes_on_long_before_it_would_read_again()
    {
        await using var server = await ServerAsync(StoreKind.Sqlite, streams: true);
        var (rollouts, waiting) = await WaitingAsync(server);
        // Where the answer to its asking was lost it asks once more, and then reads once more.
        var heard = Assert.Single((await rollouts.SlotStateAsync(Checkout)).AllWaits).HeardAt;
        await StableAsync(server, "1.9.0");

        await rollouts.UntilAsync(waiting, Phase.Progressing, Phase.Verifying, Phase.Succeeded);
        Assert.True(server.Get<IStoreClock>().Now < heard + SlotLimits.ReadAgainAfter, "it was read, not rung");
    }

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.PostgreSql)]
    public async Task When_no_bell_ever_comes_it_goes_on_a_minute_later(StoreKind kind)
    {
        await using var server = await ServerAsync(kind);
        var (rollouts, waiting) = await WaitingAsync(server);
        await StableAsync(server, "1.9.0");
        Assert.Null((await rollouts.SlotStateAsync(Checkout)).Holder);

        _clock.Advance(TimeSpan.FromMinutes(1));

        await rollouts.UntilAsync(waiting, Phase.Progressing, Phase.Verifying, Phase.Succeeded);
    }

    [Fact]
    public async Task A_server_that_comes_up_reads_at_once_what_was_rung_when_it_was_gone()
    {
        var store = await stores.NewAsync();
        var first = await TestServer.StartAsync(store, _world, streams: false);
        var (_, waiting) = await WaitingAsync(first);
        await StableAsync(first, "1.9.0");
        await first.KillAsync();

        await using var second = await TestServer.StartAsync(store, _world, streams: false);
        var rollouts = new Harness.Rollouts(second);
        await rollouts.Slot(Checkout).GetAsync(default);
        await rollouts.UntilAsync(waiting, Phase.Progressing, Phase.Verifying, Phase.Succeeded);
    }

    [Fact]
    public async Task One_that_is_withdrawn_is_not_rung_any_more()
    {
        await using var server = await ServerAsync(StoreKind.Sqlite);
        var (rollouts, waiting) = await WaitingAsync(server);
        (await rollouts.Slot(Checkout).WithdrawAsync(waiting, rollouts.Command(), false, default)).Value();
        await Eventually.IsAsync(
            "nobody waits", () => rollouts.SlotStateAsync(Cart), cart => cart.AllWaiters.IsEmpty);
    }

    [Fact]
    public async Task One_that_is_rung_and_waits_no_longer_takes_back_what_had_come_too_late()
    {
        await using var server = await ServerAsync(StoreKind.Sqlite);
        var rollouts = new Harness.Rollouts(server);
        await rollouts.UntilAsync(await rollouts.StartAsync(Checkout, "1.0.0"), Phase.Succeeded);
        // That it was withdrawn is not remembered: fifty others were withdrawn since.
        Assert.Null(await rollouts.Slot(Cart).RegisterWaiterAsync(
            new(Cart, Checkout, VersionName.From("1.9.0"), 1), default));
        var rung = await StableAsync(server, "1.9.0");
        Assert.NotEqual(0, rung);

        await rollouts.Slot(Checkout).BellAsync(new Bell(Kinds.Slot, $"{Cart}", rung, 0), default);

        await Eventually.IsAsync(
            "it is rung no longer", () => rollouts.SlotStateAsync(Cart), cart => cart.AllWaiters.IsEmpty);
    }

    [Fact]
    public async Task A_slot_that_rings_enough_others_is_asked_once_for_each_reading()
    {
        await using var server = await ServerAsync(StoreKind.Sqlite);
        var rollouts = Requiring(server);
        for (var n = 1; n <= SlotLimits.MaxWaiters; n++)
        {
            var waiter = new EffectAction.RegisterWaiter(
                Cart, SlotKey.From($"service-{n}.lab"), VersionName.From("1.9.0"), 1);
            Assert.Null(await rollouts.Slot(Cart).RegisterWaiterAsync(waiter, default));
        }

        var waiting = await rollouts.StartAsync(Checkout, "3.0.0");

        // While its call is on the way, its time-out is as far away as the next reading.
        await Eventually.IsAsync(
            "it has been told that nobody will ring it", () => rollouts.Grain(waiting).ExplainAsync(default),
            explained => explained.Value().Because.Any(
                why => why.Contains("100 slots wait for a version of cart.lab", StringComparison.Ordinal)));
        var quiet = await Eventually.IsAsync(
            "nothing is under way there before the next reading",
            () => server.Get<IRows>().GetAsync(Kinds.Slot, $"{Checkout}", default),
            row => row is { Summary.NextWake: { } wake } && wake > row.Summary.UpdatedAt.AddSeconds(50));
        Assert.Equal(0, Assert.Single((await rollouts.SlotStateAsync(Checkout)).AllWaits).Number);
        Assert.InRange(quiet!.Summary.Sequence, 1, 4);
    }

    [Fact]
    public async Task What_is_replaced_by_an_older_version_stops_the_next_step()
    {
        await using var server = await ServerAsync(StoreKind.Sqlite);
        await StableAsync(server, "1.9.0");
        var rollouts = Requiring(server, pause: TimeSpan.FromHours(1));
        var moving = await rollouts.StartAsync(Checkout, "3.0.0");
        await Eventually.IsAsync(
            "it rests", () => rollouts.ViewAsync(moving), seen => seen?.State.Work is Work.Resting);

        await StableAsync(server, "1.8.2");
        // What was read before the step before has expired by now.
        _clock.Advance(Core.Rollouts.Questions.FactMaxAge + TimeSpan.FromSeconds(1));
        (await rollouts.Grain(moving).PromoteAsync(rollouts.Command(), dryRun: false, default)).Value();

        await Eventually.IsAsync(
            "it says that it waits", () => rollouts.Grain(moving).ExplainAsync(default),
            explained => explained.Value().Because.Any(why =>
                why.Contains("cart is stable at 1.8.2", StringComparison.Ordinal)));
        Assert.IsType<Work.Gated>((await rollouts.ViewAsync(moving))!.State.Work);
    }

    private async Task<TestServer> ServerAsync(StoreKind kind, bool streams = false) =>
        await TestServer.StartAsync(await stores.NewAsync(kind), _world, more: _clock.Put, streams: streams);

    private static Harness.Rollouts Requiring(TestServer server, TimeSpan? pause = null) => new(server)
    {
        Requires = [new Requirement(Cart.Service, VersionName.From("1.9.0"))],
        Pause = pause,
    };

    /// <summary>It has been read, and the other slot, where nothing was ever rolled out, will ring.</summary>
    private static async Task<(Harness.Rollouts Rollouts, RolloutId Waiting)> WaitingAsync(TestServer server)
    {
        var rollouts = Requiring(server);
        var waiting = await rollouts.StartAsync(Checkout, "3.0.0");
        await Eventually.IsAsync(
            "it is to be rung, and has read since", () => rollouts.SlotStateAsync(Checkout),
            slot => slot.AllWaits is [{ Registered: true, HeardAt: { } heard, ReadAt: var again }] && again > heard);
        Assert.Equal(
            (WaiterName)Checkout, Assert.Single((await rollouts.SlotStateAsync(Cart)).AllWaiters).Who);
        return (rollouts, waiting);
    }

    /// <summary>Rolls the other service out; where somebody waits, at which sequence that rang.</summary>
    private static async Task<long> StableAsync(TestServer server, string version)
    {
        var rollouts = new Harness.Rollouts(server);
        var start = await rollouts.TryStartAsync(Cart, version, rollouts.Command($"to {version}"));
        await rollouts.UntilAsync(start.Value().RolloutId, Phase.Succeeded);
        var cart = await Eventually.IsAsync(
            $"{version} is stable", () => rollouts.SlotStateAsync(Cart), slot => $"{slot.Stable?.Version}" == version);
        return cart.AllWaiters.Select(waiter => waiter.RungAt).FirstOrDefault();
    }
}
