using Microsoft.Extensions.DependencyInjection;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Catalogue;
using OrleansRelease.Contracts.Inquiries;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Attribution;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slots;
using OrleansRelease.Grains.Inquiries;
using OrleansRelease.Grains.Tests.Harness;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Tests.Inquiries;

/// <summary>
/// A shop that calls a cart and a stock, whose new versions get half of the requests at the same time; half an hour
/// later the shop gets worse, because of the cart. All have 600 requests a minute, one of them bad.
/// </summary>
[Collection(WatchingCollection.Name)]
public sealed class WhenAServiceGetsWorse(Stores stores)
{
    private static readonly EnvironmentName Environment = EnvironmentName.From("production");

    private readonly AdvancedClock _clock = new();
    private readonly World _world = new();

    // Between these the shop answers badly, and so does the cart's new version.
    private DateTimeOffset _onset = DateTimeOffset.MaxValue;
    private DateTimeOffset _end = DateTimeOffset.MaxValue;
    private bool _isTheCarts = true;

    // The new version of the stock fails often, and has done so since it got its first request.
    private bool _isTheStockBad;
    private string _stocksObjective = "availability";
    private DateTimeOffset _counted;

    [Fact]
    public async Task Only_the_one_that_made_it_worse_goes_back_and_the_other_holds()
    {
        await using var server = await StartAsync();
        var rollouts = new Harness.Rollouts(server) { Pause = TimeSpan.FromHours(5) };
        var (cart, stock) = await MoveAsync(server, rollouts);
        WorseAfter(server, TimeSpan.FromMinutes(2));

        await LookUntilAsync(server, async () => (await rollouts.ViewAsync(cart))!.State.Phase, Phase.RolledBack);
        var state = (await rollouts.ViewAsync(cart))!.State;
        Assert.IsType<Cause.Blamed>(((Stage.Ended)state.Stage).Cause);
        await LookUntilAsync(server, async () => (await rollouts.ViewAsync(stock))!.State.Phase, Phase.Paused);

        var inquiry = (await Inquiry(server).GetAsync(default)).Value().State;
        Assert.Equal((cart, "availability"), (Assert.Single(inquiry.Blamed).Rollout, inquiry.Objective));
    }

    [Fact]
    public async Task A_cause_outside_of_them_takes_nobody_back()
    {
        _isTheCarts = false;
        await using var server = await StartAsync();
        var rollouts = new Harness.Rollouts(server) { Pause = TimeSpan.FromHours(5) };
        var (cart, stock) = await MoveAsync(server, rollouts);
        // Long after they have stepped, and both versions of both answer as before.
        WorseAfter(server, TimeSpan.FromMinutes(70));

        await LookUntilAsync(
            server, async () => await FoundAsync(server) is { Judgement: Judgement.NotAmongThem }, true);
        foreach (var one in new[] { cart, stock })
            Assert.Equal(Phase.Progressing, (await rollouts.ViewAsync(one))!.State.Phase);
    }

    /// <summary>How slow its answers are, say, while it starts: that says nothing of the shop's failures.</summary>
    [Fact]
    public async Task What_another_objective_says_is_held_against_nobody()
    {
        (_isTheCarts, _isTheStockBad, _stocksObjective) = (false, true, "latency");
        await using var server = await StartAsync();
        var rollouts = new Harness.Rollouts(server) { Pause = TimeSpan.FromHours(5) };
        var (_, stock) = await MoveAsync(server, rollouts);
        WorseAfter(server, TimeSpan.FromMinutes(70));

        await LookUntilAsync(
            server, async () => await FoundAsync(server) is { Judgement: Judgement.NotAmongThem }, true);
        Assert.Equal(Phase.Progressing, (await rollouts.ViewAsync(stock))!.State.Phase);
    }

    /// <summary>The cart may call anything, which may be why the shop is worse.</summary>
    [Fact]
    public async Task Where_nobody_knows_what_one_calls_nobody_is_blamed()
    {
        await using var server = await StartAsync();
        await server.Rows.WriteStateAsync(
            Kinds.Manifest, GrainId.Create(Kinds.Manifest, "Service/cart"),
            new GrainState<RowRecord>(new RowRecord
            {
                Columns = new RowColumns(
                    Kinds.Manifest, "Service/cart", 1, server.Get<IStoreClock>().Now, "Applied", null, null, null, null,
                    null),
                Payload = """{"schema":1,"sequence":1,"outbox":"not a list"}""",
                Transition = """{"previous":""}""",
            }));
        var rollouts = new Harness.Rollouts(server) { Pause = TimeSpan.FromHours(5) };
        var (cart, _) = await MoveAsync(server, rollouts);
        WorseAfter(server, TimeSpan.FromMinutes(2));

        await LookUntilAsync(
            server, async () => await FoundAsync(server) is { Judgement: Judgement.Undecided, NotWeighed: 1 }, true);
        await LookUntilAsync(server, async () => (await rollouts.ViewAsync(cart))!.State.Phase, Phase.Paused);
    }

    /// <summary>It may be the mend. The others are judged by what was counted before it came.</summary>
    [Fact]
    public async Task Who_steps_long_afterwards_changes_nothing_for_the_others()
    {
        _isTheCarts = false;
        await using var server = await StartAsync();
        var rollouts = new Harness.Rollouts(server) { Pause = TimeSpan.FromHours(5) };
        var (cart, stock) = await MoveAsync(server, rollouts);
        await EstablishAsync(server, "till");
        WorseAfter(server, TimeSpan.FromMinutes(70));
        await LookUntilAsync(
            server, async () => await FoundAsync(server) is { Judgement: Judgement.NotAmongThem }, true);

        _clock.Advance(TimeSpan.FromMinutes(9));
        await PausesAsync(rollouts, await StartAsync(server, rollouts, "till", "2.0"));
        for (var minute = 0; minute < 3; minute++)
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
            var now = server.Get<IStoreClock>().Now;
            await LookUntilAsync(server, () => Task.FromResult(_counted > now - TimeSpan.FromMinutes(2)), true);
        }

        Assert.IsType<Judgement.NotAmongThem>((await FoundAsync(server))!.Judgement);
        foreach (var one in new[] { cart, stock })
            Assert.Equal(Phase.Progressing, (await rollouts.ViewAsync(one))!.State.Phase);
    }

    [Fact]
    public async Task When_it_is_well_again_the_inquiry_is_closed_and_who_held_goes_on()
    {
        await using var server = await StartAsync();
        var rollouts = new Harness.Rollouts(server) { Pause = TimeSpan.FromHours(5) };
        var (cart, stock) = await MoveAsync(server, rollouts);
        WorseAfter(server, TimeSpan.FromMinutes(2));
        await LookUntilAsync(server, async () => (await rollouts.ViewAsync(cart))!.State.Phase, Phase.RolledBack);

        // What the cart has made worse is well as soon as nothing reaches its new version.
        _end = server.Get<IStoreClock>().Now;
        _clock.Advance(TimeSpan.FromMinutes(4));
        await LookUntilAsync(
            server, async () => (await Inquiry(server).GetAsync(default)).Value().State.OverAt is not null, true);
        await LookUntilAsync(server, async () => (await rollouts.ViewAsync(stock))!.State.Phase, Phase.Progressing);
    }

    /// <summary>The shop stays bad although the cart is back: another cause, and not the stock's.</summary>
    [Fact]
    public async Task What_the_one_that_went_back_had_made_is_not_held_against_the_others()
    {
        await using var server = await StartAsync();
        var rollouts = new Harness.Rollouts(server) { Pause = TimeSpan.FromHours(5) };
        var (cart, stock) = await MoveAsync(server, rollouts);
        WorseAfter(server, TimeSpan.FromMinutes(2));
        await LookUntilAsync(server, async () => (await rollouts.ViewAsync(cart))!.State.Phase, Phase.RolledBack);

        _clock.Advance(TimeSpan.FromMinutes(6));
        var since = server.Get<IStoreClock>().Now;
        await LookUntilAsync(server, async () =>
            await FoundAsync(server) is { Since.Total: > 0 } found && found.At > since, true);
        Assert.Equal(cart, Assert.Single((await Inquiry(server).GetAsync(default)).Value().State.Blamed).Rollout);
        Assert.NotEqual(Phase.RollingBack, (await rollouts.ViewAsync(stock))!.State.Phase);
    }

    private async Task<TestServer> StartAsync()
    {
        _world.Metrics.Numbers = Number;
        return await TestServer.StartAsync(await stores.NewAsync(), _world, more: services =>
        {
            _clock.Put(services);
            services.AddSingleton(new InquiryOptions { Interval = TimeSpan.FromMilliseconds(20) });
        });
    }

    // Half of the cart's requests reach its new version, and nine of ten of these are bad, there and in the shop.
    private double? Number(string query, Window window)
    {
        if (!query.StartsWith("bad:", StringComparison.Ordinal) && !query.StartsWith("all:", StringComparison.Ordinal))
            return Harness.Rollouts.Errors(query);
        var isBad = query.StartsWith("bad:", StringComparison.Ordinal);
        var isNew = query.Contains("\"2.0\"", StringComparison.Ordinal);
        if (window.End > _counted) _counted = window.End;
        if (_isTheStockBad && isBad && query.Contains("stock", StringComparison.Ordinal)) return isNew ? 30 : 33;
        if (!isBad) return isNew ? 300 : 600;
        if (window.Start < _onset || window.Start >= _end) return isNew ? 0 : 1;
        if (query.Contains("shop", StringComparison.Ordinal)) return 270;
        return _isTheCarts && query.Contains("cart", StringComparison.Ordinal) ? 270 : isNew ? 0 : 1;
    }

    private async Task<(RolloutId Cart, RolloutId Stock)> MoveAsync(TestServer server, Harness.Rollouts rollouts)
    {
        await ApplyAsync(server, "shop", "cart", "stock", "till");
        await ApplyAsync(server, "cart");
        await ApplyAsync(server, "stock");
        foreach (var service in new[] { "shop", "cart", "stock" }) await EstablishAsync(server, service);
        var started = (
            Cart: await StartAsync(server, rollouts, "cart", "2.0"),
            Stock: await StartAsync(server, rollouts, "stock", "2.0"));
        foreach (var id in new[] { started.Cart, started.Stock }) await PausesAsync(rollouts, id);
        return started;
    }

    private async Task EstablishAsync(TestServer server, string service)
    {
        var quick = new Harness.Rollouts(server) { Keys = $"first-{service}" };
        await quick.UntilAsync(await StartAsync(server, quick, service, "1.0"), Phase.Succeeded);
    }

    private static Task PausesAsync(Harness.Rollouts rollouts, RolloutId id) => Eventually.IsAsync(
        $"{id} pauses", async () => (await rollouts.ViewAsync(id))?.State.Work, work => work is Work.Resting);

    private static async Task ApplyAsync(TestServer server, string name, params string[] calls)
    {
        var read = ManifestReader.Read($"""
            apiVersion: orleansrelease/v1
            kind: Service
            metadata:
              name: {name}
            spec:
              owner: payments
              dependsOn: [{string.Join(", ", calls)}]
            """, $"{name}.yaml");
        var manifest = Assert.Single(read.Manifests);
        var answer = await server.Grains.GetGrain<IManifestGrain>($"Service/{name}").ApplyAsync(
            Vocabulary.Write(manifest), null, new Harness.Rollouts(server).Command($"apply-{name}"), false, default);
        if (answer.RefusalOrNull?.Code != RefusalCodes.Poisoned) Assert.Null(answer.RefusalOrNull);
    }

    private async Task<RolloutId> StartAsync(
        TestServer server, Harness.Rollouts rollouts, string service, string version)
    {
        var slot = new SlotKey(ServiceName.From(service), Environment);
        var spec = rollouts.Spec(slot, VersionName.From(version)) with
        {
            Slos =
            [
                new(
                    service == "stock" ? _stocksObjective : "availability",
                    // What would page of their own answers would take them back before anybody inquires.
                    service == "shop" ? 0.999m : 0.5m, TimeSpan.FromDays(30), "golden/errors",
                    new MetricSource.Ratio(
                        $"bad:{service}{{v=\"{{{{version}}}}\"}}[{{{{window}}}}]", null,
                        $"all:{service}{{v=\"{{{{version}}}}\"}}[{{{{window}}}}]"),
                    TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(5), 1),
            ],
        };
        var hash = await server.Get<ISpecs>().PutAsync(Vocabulary.Write(spec), default);
        return (await rollouts.Slot(slot).StartAsync(
            new StartOrder(slot, spec.Version, hash, spec.WhenBusy, $"start {version}"), rollouts.Command(),
            dryRun: false, default)).Value().RolloutId;
    }

    private void WorseAfter(TestServer server, TimeSpan later)
    {
        _onset = server.Get<IStoreClock>().Now + later;
        _clock.Advance(later + TimeSpan.FromMinutes(6));
    }

    private static IInquiryGrain Inquiry(TestServer server) =>
        server.Grains.GetGrain<IInquiryGrain>($"shop.{Environment}");

    private static async Task<Finding?> FoundAsync(TestServer server) =>
        (await Inquiry(server).GetAsync(default) as Answer<InquiryView>.Accepted)?.Value.State.Last;

    // As the minutes would bring it: each look begins only when the one before has ended.
    private static Task<T> LookUntilAsync<T>(TestServer server, Func<Task<T>> see, T wanted) => Eventually.IsAsync(
        $"it is {wanted}",
        async () =>
        {
            await server.Grains.GetGrain<ILookoutGrain>($"{Environment}").LookAsync(default);
            return await see();
        },
        seen => Equals(seen, wanted));
}
