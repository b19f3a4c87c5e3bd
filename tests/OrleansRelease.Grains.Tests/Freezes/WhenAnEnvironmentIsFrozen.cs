using System.Globalization;
using OrleansRelease.Contracts.Freezes;
using OrleansRelease.Core.Freezes;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Grains.Tests.Harness;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Storage;

namespace OrleansRelease.Grains.Tests.Freezes;

/// <summary>Two servers of one cluster, both with a steady stream of forward effects.</summary>
[Collection(nameof(Alone))]
public sealed class WhenAnEnvironmentIsFrozen(Stores stores) : IAsyncLifetime
{
    private const string Environment = "production";

    private const int Services = 10;

    /// <summary>Longer than all of them take to the end of the test.</summary>
    private const int RolloutsEach = 40;

    private static readonly TimeSpan Allowance = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan GoesOnWithin = TimeSpan.FromSeconds(10);

    private readonly World _outside = new();
    private readonly BegunEffects _begun = new();
    private TestServer _first = null!;
    private TestServer _second = null!;

    public async Task InitializeAsync()
    {
        var store = await stores.NewAsync(StoreKind.PostgreSql);
        _first = await StartAsync(store, "first");
        _second = await StartAsync(store, "second", _first);
    }

    public async Task DisposeAsync()
    {
        await _second.DisposeAsync();
        await _first.DisposeAsync();
    }

    [Fact]
    public async Task Nothing_forward_starts_anywhere_two_seconds_after_the_answer_and_a_way_back_goes_on()
    {
        var rollouts = new Harness.Rollouts(_first) { KeepPrevious = TimeSpan.Zero };
        var paused = new Harness.Rollouts(_first) { Pause = TimeSpan.FromHours(1) };
        var back = await paused.StartAsync(SlotKey.From($"back.{Environment}"), "1.0.0");
        await Eventually.IsAsync(
            "one rests with half of the requests", () => paused.ViewAsync(back),
            view => view?.State.Work is Work.Resting);
        await Task.WhenAll(Enumerable.Range(0, Services).Select(service => StreamAsync(rollouts, service)));
        await BothBeginAsync(DateTimeOffset.MinValue);

        var frozen = await FreezeAsync(_first);
        var answered = BegunEffects.Now;
        Assert.Equal(FreezeOutcome.Frozen, frozen.Outcome);

        await paused.Grain(back).AbortAsync(paused.Command("abort"), dryRun: false, default);
        await paused.UntilAsync(back, Phase.RolledBack);
        await Eventually.NeverAsync(
            "a forward effect was begun", TimeSpan.FromSeconds(4), () => Task.FromResult(IsBegunAfter(answered)));
        await ExplainedAsync(rollouts);

        var thawed = await Freezer(_second).ThawAsync(new(CommandId.From("thaw"), Ana, "over"), dryRun: false, default);
        var from = BegunEffects.Now;
        Assert.Equal(FreezeOutcome.Thawed, thawed.Value().Outcome);
        await BothBeginAsync(from);
        Assert.InRange(BegunEffects.Now - from, TimeSpan.Zero, GoesOnWithin);
        Assert.False(IsBegunAfter(answered, before: from), "something was begun while frozen");
        Assert.Equal([$"{back}"], await TakenBackAsync());
    }

    private static readonly ActorName Ana = ActorName.From("ana");

    private static IFreezeGrain Freezer(TestServer server) => server.Grains.GetGrain<IFreezeGrain>(Environment);

    private static async Task<FreezeAnswer> FreezeAsync(TestServer server) => (await Freezer(server).FreezeAsync(
        TimeSpan.FromHours(1), new(CommandId.From("freeze"), Ana, "incident 4711"), dryRun: false, default)).Value();

    private async Task<TestServer> StartAsync(StorageOptions store, string name, TestServer? beside = null) =>
        await TestServer.StartAsync(
            store,
            new World
            {
                Instead = _begun.Before(_outside.Target, name),
                InsteadOfTraffic = _begun.Before(_outside.Traffic, name),
            },
            beside: beside);

    // Each waits for the one before it, so the stream does not depend on the test.
    private static async Task StreamAsync(Harness.Rollouts rollouts, int service)
    {
        var slot = SlotKey.From(string.Create(CultureInfo.InvariantCulture, $"service-{service}.{Environment}"));
        for (var version = 1; version <= RolloutsEach; version++)
            await rollouts.StartAsync(slot, string.Create(CultureInfo.InvariantCulture, $"{version}.0.0"));
    }

    private Task BothBeginAsync(DateTimeOffset after) => Eventually.IsAsync(
        "both servers begin forward effects",
        () => _begun.Forward.Where(begun => begun.At > after).GroupBy(begun => begun.Server)
            .Count(server => server.Count() >= Services) == 2);

    private bool IsBegunAfter(DateTimeOffset answered, DateTimeOffset? before = null) =>
        _begun.Forward.Any(begun => begun.At > answered + Allowance && begun.At < (before ?? DateTimeOffset.MaxValue));

    private async Task ExplainedAsync(Harness.Rollouts rollouts)
    {
        var moving = await _second.Get<IRows>().ListAsync(
            new RowFilter("rollout", Environment: EnvironmentName.From(Environment), Phase: "Progressing"), default);
        Assert.NotEmpty(moving);
        foreach (var row in moving)
        {
            var explained = (await rollouts.Grain(RolloutId.From(row.Key)).ExplainAsync(default)).Value();
            Assert.Contains(explained.Because, line => line.Contains(
                "production is frozen by ana until", StringComparison.Ordinal));
        }
    }

    private async Task<IEnumerable<string>> TakenBackAsync() =>
        from row in await _first.Get<IRows>().ListAsync(new RowFilter("rollout", Phase: "RolledBack"), default)
        select row.Key;
}
