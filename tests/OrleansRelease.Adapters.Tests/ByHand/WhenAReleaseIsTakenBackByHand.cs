using OrleansRelease.Adapters.Targets.Process;
using OrleansRelease.Adapters.Tests.Targets.Process;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Files;
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

    /// <summary>The system was taking it back, and had no time to end that.</summary>
    [Fact]
    public async Task What_is_refused_to_shed_load_is_let_through_again()
    {
        _world.Replicas = 2;
        await _world.MovedAsync("catalog");
        await _world.SheddingAsync("catalog");
        var script = _world.Script("catalog");

        var first = await ByHandWorld.RunAsync(script);

        Assert.True(first is { Exit: 0, Error: "" }, $"{first}");
        Assert.Contains("and none of class low refused any more", first.Out, StringComparison.Ordinal);
        var slot = await _world.Router.GetAsync($"slots/{Catalog}");
        Assert.False(slot.TryGetProperty("shedding", out _));
        Assert.Equal(2, slot.GetProperty("addresses").GetProperty($"{V1}").GetArrayLength());
        await IsBackAsync("catalog");
        var second = await ByHandWorld.RunAsync(script);
        Assert.True(second is { Exit: 0, Error: "" } && second.Times("doing:") == 0, $"{second}");
    }

    [Fact]
    public async Task Where_nothing_knows_of_the_instances_that_were_not_ready_a_person_is_told()
    {
        _world.Replicas = 2;
        await _world.MovedAsync("catalog");
        await _world.SheddingAsync("catalog");

        var ran = await ByHandWorld.RunAsync(
            _world.ScriptWithoutTarget("catalog"), "--done", "1.1", "--done", "1.3");

        Assert.True(ran is { Exit: 0, Error: "" }, $"{ran}");
        Assert.Contains("attention: the router knows only the instances of 1.0.0", ran.Out, StringComparison.Ordinal);
        Assert.False((await _world.Router.GetAsync($"slots/{Catalog}")).TryGetProperty("shedding", out _));
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

    /// <summary>Whoever has only deployed yet is known to the target, and not to the router.</summary>
    [Fact]
    public async Task What_a_newer_lease_has_only_deployed_is_left_alone()
    {
        await _world.MovedAsync("catalog");
        var newer = _world.Spec("catalog").Call(V2, 1, generation: 3);
        Assert.IsType<Outcome.Applied>(await _world.Processes.Target.DeployAsync(newer, CancellationToken.None));
        var fence = await _world.FenceAsync("catalog");

        var ran = await ByHandWorld.RunAsync(_world.Script("catalog"));

        Assert.True(ran is { Exit: 0, Error: "" }, $"{ran}");
        Assert.Contains("the target knows fence 1 3 1, of a newer lease", ran.Out, StringComparison.Ordinal);
        Assert.Equal((0, fence), (ran.Times("doing:"), await _world.FenceAsync("catalog")));
        Assert.NotEmpty(_world.Processes.PidsOf(V2, Catalog));
    }

    /// <summary>The release had completed, and its slot has taken the old version down, as it does between leases.
    /// </summary>
    [Fact]
    public async Task What_was_taken_down_between_leases_is_started_again()
    {
        await _world.MovedAsync("catalog");
        var between = _world.Spec("catalog").Call(V1, 1, generation: 3);
        Assert.IsType<Outcome.Applied>(await _world.Processes.Target.RetireAsync(between, CancellationToken.None));

        var ran = await ByHandWorld.RunAsync(_world.Script("catalog"));

        Assert.True(ran is { Exit: 0, Error: "" }, $"{ran}");
        await IsBackAsync("catalog");
    }

    /// <summary>Two servers of one machine may have the same slots.</summary>
    [Fact]
    public async Task What_another_data_folder_has_started_is_not_touched()
    {
        await using var other = new ProcessWorld();
        foreach (var version in new[] { V1, V2 })
        {
            Assert.IsType<Outcome.Applied>(await other.Target.DeployAsync(
                _world.Spec("catalog").Call(version, 1, version == V1 ? 1 : 2), CancellationToken.None));
        }

        await _world.MovedAsync("catalog");
        await _world.Processes.Target.RetireAsync(_world.Spec("catalog").Call(V1, 3, 2), CancellationToken.None);
        var script = _world.Script("catalog");

        var first = await ByHandWorld.RunAsync(script);
        Assert.True(first is { Exit: 0, Error: "" }, $"{first}");
        var second = await ByHandWorld.RunAsync(script);

        Assert.True(second is { Exit: 0, Error: "" } && second.Times("doing:") == 0, $"{second}");
        Assert.All(other.PidsOf(V1, Catalog).Concat(other.PidsOf(V2, Catalog)), pid => Assert.True(
            ProcessWorld.IsAlive(pid)));
        await IsBackAsync("catalog");
    }

    [Fact]
    public async Task A_port_on_another_slots_record_is_not_taken()
    {
        await _world.MovedAsync("catalog");
        var gone = _world.Spec("catalog").Call(V1, 3, generation: 2);
        Assert.IsType<Outcome.Applied>(await _world.Processes.Target.RetireAsync(gone, CancellationToken.None));
        var files = _world.Processes.Files;
        Directory.CreateDirectory(files.FolderOf(Web));
        files.Write(Web, new(null, [new(
            V1, VersionPhase.Stopping, default, ["none"], null,
            [.. Enumerable.Range(20_000, 12_000).Where(port => port % 200 != 0)
                .Select((port, number) => new InstanceRecord(number, port))])]));

        var ran = await ByHandWorld.RunAsync(_world.Script("catalog"));

        Assert.True(ran is { Exit: 0, Error: "" }, $"{ran}");
        Assert.Equal(0, Assert.Single(files.Read(Catalog).Find(V1)!.Instances).Port % 200);
    }

    [Fact]
    public async Task No_server_starts_while_it_runs_and_none_may_run()
    {
        await _world.MovedAsync("catalog");
        await _world.Processes.Target.RetireAsync(_world.Spec("catalog").Call(V1, 3, 2), CancellationToken.None);
        var script = _world.Script("catalog");
        using (var server = await ServeAsync())
        {
            var refused = await ByHandWorld.RunAsync(script);
            Assert.Equal((1, 0), (refused.Exit, refused.Times("step")));
            Assert.Contains("STOPPED at step 0: a server of the system", refused.Error, StringComparison.Ordinal);
            Assert.Equal(1, (await ByHandWorld.RunAsync(script, "--dry-run")).Exit);
        }

        // One that was killed: its lock is free, and its address is still there.
        var url = Path.Combine(_world.Processes.DataFolder, ServedFolder.UrlFileName);
        await File.WriteAllTextAsync(url, "http://127.0.0.1:1");
        var (there, goOn) = (Path.Combine(_world.Processes.DataFolder, "there"), Path.GetTempFileName());
        var running = ByHandWorld.RunAsync(script.Replace(
            "\nfinish '", $"\ntouch {there}; while [ -e {goOn} ]; do sleep 1; done\nfinish '",
            StringComparison.Ordinal));
        await Eventually.IsAsync("it is at its end", () => File.Exists(there) || running.IsCompleted);
        using (var early = await ServeAsync()) Assert.Null(early);
        Assert.False(File.Exists(url));
        File.Delete(goOn);
        var ran = await running;
        Assert.True(ran is { Exit: 0, Error: "" }, $"{ran}");

        // What it has started does not hold it.
        Assert.NotEmpty((await _world.Processes.ObserveAsync(_world.Spec("catalog"), V1)).Addresses);
        using var late = await ServeAsync();
        Assert.NotNull(late);
    }

    [Fact]
    public async Task Where_a_server_could_not_be_kept_away_it_stops()
    {
        var without = Directory.CreateTempSubdirectory("orel-path-");
        foreach (var tool in new[] { "awk", "curl", "grep", "mktemp", "rm", "sed", "tr" })
        {
            var program = Environment.GetEnvironmentVariable("PATH")!.Split(':')
                .Select(folder => Path.Combine(folder, tool)).First(File.Exists);
            File.CreateSymbolicLink(Path.Combine(without.FullName, tool), program);
        }

        var ran = await ByHandWorld.RunWithAsync(without.FullName, _world.Script("catalog"));
        without.Delete(recursive: true);

        Assert.Equal((1, ""), (ran.Exit, ran.Out));
        Assert.Contains("there is no flock here", ran.Error, StringComparison.Ordinal);
    }

    private Task<ServedFolder?> ServeAsync() => ServedFolder.TryTakeAsync(
        _world.Processes.DataFolder, TimeProvider.System, CancellationToken.None);

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
