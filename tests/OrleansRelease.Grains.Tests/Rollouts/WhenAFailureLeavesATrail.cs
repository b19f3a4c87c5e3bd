using Microsoft.Extensions.DependencyInjection;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Trails;
using OrleansRelease.Grains.Effects;
using OrleansRelease.Grains.Tests.Harness;
using OrleansRelease.Ports.Traces;

namespace OrleansRelease.Grains.Tests.Rollouts;

[Collection(ServersCollection.Name)]
public sealed class WhenAFailureLeavesATrail(Stores stores)
{
    private static readonly TracesConnection Memory = new("memory", null, "{status=error}");

    private readonly World _world = new();

    private async Task<TestServer> ServerAsync(
        TimeSpan? timeout = null, AdvancedClock? clock = null, int places = 100) =>
        await TestServer.StartAsync(await stores.NewAsync(), _world, more: services =>
        {
            services.AddSingleton(new RunnerOptions
            {
                Drain = TimeSpan.FromMilliseconds(100),
                TracesTimeout = timeout ?? TimeSpan.FromSeconds(5),
                MaxInFlight = places,
            });
            clock?.Put(services);
        });

    private static Harness.Rollouts On(TestServer server) => new(server)
    {
        Traces = Memory,
        Links = new TrailLinks("https://logs/?from={{windowStart}}", "https://traces/{{traceId}}"),
    };

    private static Task<string> UntilSeenAsync(Harness.Rollouts rollouts, RolloutId id, Func<Trail, bool> seen) =>
        Eventually.IsAsync(
            $"{id} has its trail",
            async () => await rollouts.ViewAsync(id) is { State.Trail: { } trail } && seen(trail) ? "seen" : "not yet",
            state => state == "seen");

    [Fact]
    public async Task A_failing_canary_ends_with_a_link_and_ids_on_record()
    {
        _world.Traces.Answers = (_, _) => Task.FromResult<TracesReading>(
            new TracesReading.Found(["4bf92f3577b34da6a3ce929d0e0e4736", "no id", "A1"]));
        await using var server = await ServerAsync();
        var rollouts = On(server);
        var id = await rollouts.StartAsync(Harness.Rollouts.SlotOf(1), "bad-1");

        await rollouts.UntilAsync(id, Phase.RolledBack);
        await UntilSeenAsync(rollouts, id, trail => trail.Traces is not null);

        var trail = (await rollouts.ViewAsync(id))!.State.Trail!;
        Assert.Equal(("golden/errors", "bad-1"), (trail.Metric, $"{trail.Version}"));
        Assert.Equal($"https://logs/?from={trail.Window.Start.ToUnixTimeMilliseconds()}", trail.Logs);
        Assert.Equal("4bf92f3577b34da6a3ce929d0e0e4736 a1", string.Join(' ', trail.Traces!.Ids));
        Assert.All(_world.Traces.Log, search => Assert.Equal(
            (Memory, trail.Window, 5), (search.Connection, search.Window, search.Most)));
        var explained = (await rollouts.Grain(id).ExplainAsync(default)).Value().Trail!;
        Assert.Equal("https://traces/a1", explained.Traces[1].Link);
    }

    [Fact]
    public async Task A_source_that_hangs_delays_nothing()
    {
        // If anything waited for it, or for its place, it would wait for longer than the test does.
        _world.Traces.Answers = (_, cancellation) => Hang(cancellation);
        await using var server = await ServerAsync(timeout: TimeSpan.FromHours(1), places: 1);
        var rollouts = On(server);
        var (slot, other) = (Harness.Rollouts.SlotOf(1), Harness.Rollouts.SlotOf(2));
        var id = await rollouts.StartAsync(slot, "bad-1");

        await rollouts.UntilAsync(id, Phase.RolledBack);
        await rollouts.UntilAsync(await rollouts.StartAsync(slot, "good-2"), Phase.Succeeded);
        await rollouts.UntilAsync(await rollouts.StartAsync(other, "bad-1"), Phase.RolledBack);

        Assert.NotEmpty(_world.Traces.Log);
        Assert.Equal(0, (await rollouts.ViewAsync(id))!.State.Trail!.Asked);
    }

    [Fact]
    public async Task A_source_that_hangs_is_given_up_and_that_is_on_record()
    {
        _world.Traces.Answers = (_, cancellation) => Hang(cancellation);
        await using var server = await ServerAsync(timeout: TimeSpan.FromMilliseconds(100));
        var rollouts = On(server);
        var id = await rollouts.StartAsync(Harness.Rollouts.SlotOf(1), "bad-1");

        await UntilSeenAsync(rollouts, id, trail => trail.Traces?.Problem == "no answer within 100ms");
        await rollouts.UntilAsync(id, Phase.RolledBack);
    }

    [Fact]
    public async Task What_the_source_finds_later_is_noted_after_the_end()
    {
        var asked = 0;
        _world.Traces.Answers = (_, _) => Task.FromResult<TracesReading>(
            new TracesReading.Found(Interlocked.Increment(ref asked) == 1 ? [] : ["a1"]));
        var clock = new AdvancedClock();
        await using var server = await ServerAsync(clock: clock);
        var rollouts = On(server);
        var id = await rollouts.StartAsync(Harness.Rollouts.SlotOf(1), "bad-1");
        await rollouts.UntilAsync(id, Phase.RolledBack);
        await UntilSeenAsync(rollouts, id, trail => trail.Asked > 0);

        clock.Advance(TimeSpan.FromMinutes(1));

        await UntilSeenAsync(rollouts, id, trail => trail.Traces!.Ids is ["a1"]);
    }

    private static Task<TracesReading> Hang(CancellationToken cancellation) =>
        new TaskCompletionSource<TracesReading>().Task.WaitAsync(cancellation);
}
