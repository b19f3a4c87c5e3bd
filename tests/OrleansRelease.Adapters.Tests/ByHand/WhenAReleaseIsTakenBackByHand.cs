using OrleansRelease.Adapters.Tests.Targets.Process;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using static OrleansRelease.Adapters.Tests.Targets.TargetSpecs;

namespace OrleansRelease.Adapters.Tests.ByHand;

/// <summary>No server runs: nothing but a shell, the router, and the processes.</summary>
public sealed class WhenAReleaseIsTakenBackByHand : IAsyncLifetime
{
    private static readonly SlotKey Catalog = SlotKey.From("catalog.staging");

    private static readonly SlotKey Web = SlotKey.From("web.staging");

    private ByHandWorld _world = null!;

    public async Task InitializeAsync() => _world = await ByHandWorld.StartAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task It_is_back_after_the_first_run_and_the_second_one_changes_nothing()
    {
        await Task.WhenAll(_world.MovedAsync("catalog"), _world.MovedAsync("web"));
        // What ran before is gone at one of them, so that it has to be started.
        await _world.Processes.Target.RetireAsync(_world.Spec("web").Call(V1, 3, 2), CancellationToken.None);
        var old = _world.Processes.PidsOf(V1, Catalog);
        var script = _world.Script("web", "catalog");
        Assert.DoesNotContain(_world.Token, script, StringComparison.Ordinal);

        var wouldBe = await ByHandWorld.RunAsync(script, "--dry-run");
        Assert.True(wouldBe is { Exit: 0, Error: "" }, $"{wouldBe}");
        Assert.Equal(10_000, (await _world.WeightsAsync("web")).GetProperty($"{V2}").GetInt32());

        var first = await ByHandWorld.RunAsync(script);
        Assert.True(first is { Exit: 0, Error: "" }, $"{first}");
        await IsBackAsync("web");
        await IsBackAsync("catalog");
        var fences = await Task.WhenAll(_world.FenceAsync("web"), _world.FenceAsync("catalog"));

        var second = await ByHandWorld.RunAsync(script);
        Assert.True(second is { Exit: 0, Error: "" }, $"{second}");
        Assert.Equal((0, 10), (second.Times("doing:"), second.Times("already so:")));
        Assert.Equal(fences, await Task.WhenAll(_world.FenceAsync("web"), _world.FenceAsync("catalog")));

        await ReturnsAsync(old);
    }

    [Fact]
    public async Task It_stops_at_the_first_step_that_fails_and_says_what_to_do()
    {
        await _world.Router.StopAsync();

        var ran = await ByHandWorld.RunAsync(_world.Script("catalog"));

        Assert.Equal(1, ran.Exit);
        Assert.Contains("STOPPED at step 1.0: the router at", ran.Error, StringComparison.Ordinal);
        Assert.Contains("to do: see that it runs", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_somebody_else_has_moved_since_is_left_alone()
    {
        using var moved = await _world.Router.PutTextAsync(
            """{"fence":{"epoch":1,"generation":3,"ordinal":1},"weights":{"3.0.0":0,"2.0.0":0},"addresses":{}}""",
            $"{Catalog}");

        var ran = await ByHandWorld.RunAsync(_world.Script("catalog"));

        Assert.True(ran is { Exit: 0, Error: "" }, $"{ran}");
        Assert.Contains("of a newer lease than this script is for", ran.Out, StringComparison.Ordinal);
        Assert.EndsWith("left alone: catalog.staging \nshop-1 is back in staging\n", ran.Out, StringComparison.Ordinal);
    }

    private async Task IsBackAsync(string service)
    {
        var weights = await _world.WeightsAsync(service);
        Assert.Equal((10_000, 0), (
            weights.GetProperty($"{V1}").GetInt32(), weights.GetProperty($"{V2}").GetInt32()));
        using var answer = await _world.Router.Users.GetAsync(
            new Uri(_world.Router.Url, $"/{service}.staging/version"));
        var said = await answer.Content.ReadAsStringAsync();
        Assert.True(said.Contains($"\"{V1}\"", StringComparison.Ordinal), said);
    }

    // It finds what was done, starts and ends nothing, and what the release had still to say is overtaken.
    private async Task ReturnsAsync(IEnumerable<int> old)
    {
        var processes = _world.Processes;
        await processes.RestartHostAsync();
        processes.SuperviseOnce();
        processes.SuperviseOnce();

        Assert.Equal(old, processes.PidsOf(V1, Catalog));
        Assert.True(ProcessWorld.IsAlive(Assert.Single(processes.PidsOf(V1, Web))));
        Assert.Empty(processes.PidsOf(V2, Web));
        Assert.Empty(processes.PidsOf(V2, Catalog));
        foreach (var service in new[] { "web", "catalog" })
        {
            var spec = _world.Spec(service);
            Assert.Equal((1, 0), ((await processes.ObserveAsync(spec, V1)).Ready, (await processes
                .ObserveAsync(spec, V1)).Restarts));
            var late = await processes.Target.DeployAsync(spec.Call(V2, 9, generation: 2), CancellationToken.None);
            Assert.True(Assert.IsType<Outcome.Overtaken>(late).Accepted.IsByHand);
            var lateShare = await _world.SetAsync(service, new Fence(1, 2, 9));
            Assert.True(Assert.IsType<Outcome.Overtaken>(lateShare).Accepted.IsByHand);
            Assert.IsType<Outcome.Applied>(
                await processes.Target.DeployAsync(spec.Call(V1, 1, generation: 3), CancellationToken.None));
            Assert.IsNotType<Outcome.Overtaken>(await _world.SetAsync(service, new Fence(1, 3, 1)));
        }
    }
}
