using OrleansRelease.Adapters.Targets.Process;
using OrleansRelease.Core.Effects;
using static OrleansRelease.Adapters.Tests.Targets.TargetSpecs;

namespace OrleansRelease.Adapters.Tests.Targets.Process;

public sealed class WhenAProcessIsStarted : IAsyncLifetime
{
    private readonly ProcessWorld _world = new();

    [Fact]
    public async Task No_shell_reads_its_command()
    {
        // To a shell this would be a redirection, a substitution and a second command.
        var log = Path.Combine(_world.DataFolder, "a $(id) > b; touch c.log");
        var spec = ProcessWorld.Spec([.. Sample("--log", log)]);

        await _world.DeployedAsync(spec, V1, 1);

        Assert.True(File.Exists(log));
        Assert.False(File.Exists(Path.Combine(_world.DataFolder, "a")));
    }

    [Fact]
    public async Task It_sees_its_marker_and_nothing_that_was_meant_for_the_host()
    {
        const string secret = "OREL_TEST_ONLY_SECRET";
        Environment.SetEnvironmentVariable(secret, "do not hand on");
        await _world.DeployedAsync(ProcessWorld.Spec(), V1, 1);

        var environment = await File.ReadAllTextAsync($"/proc/{Assert.Single(_world.PidsOf(V1))}/environ");

        Assert.Contains($"OREL_INSTANCE={Slot}/{V1}/0/", environment, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, environment, StringComparison.Ordinal);
        Assert.Contains("PATH=", environment, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_reads_nothing_and_prints_into_a_file()
    {
        await _world.DeployedAsync(ProcessWorld.Spec(), V1, 1);
        var handles = $"/proc/{Assert.Single(_world.PidsOf(V1))}/fd";

        Assert.Equal("/dev/null", File.ResolveLinkTarget($"{handles}/0", false)!.FullName);
        var log = Path.Combine(_world.Files.FolderOf(Slot), "logs", "1.0.0.0.log");
        Assert.Equal(log, File.ResolveLinkTarget($"{handles}/1", false)!.FullName);
        Assert.Equal(log, File.ResolveLinkTarget($"{handles}/2", false)!.FullName);
    }

    [Fact]
    public async Task It_is_not_begun_when_that_was_forbidden_while_it_waited_for_others()
    {
        var (spec, said) = (ProcessWorld.Spec(), (string?)null);
        Task<Outcome> deploying;
        using (await _world.Files.LockPortsAsync(default))
        {
            var call = spec.Call(V1, 1) with { Veto = _ => ValueTask.FromResult(said) };
            deploying = _world.Target.DeployAsync(call, default);
            await Eventually.IsAsync("it is accepted", () => _world.Files.Read(Slot).Last is not null);
            said = "frozen";
        }

        Assert.Equal(new Outcome.NotBegun("frozen"), await deploying);
        Assert.Empty(_world.PidsOf(V1));
        said = null;
        await _world.DeployedAsync(spec, V1, 2);
    }

    [Fact]
    public async Task It_is_not_ready_before_it_is_warm()
    {
        var warmUp = TimeSpan.FromSeconds(1);
        var spec = Of("process", Sample(), warmUp: warmUp);
        var before = TimeProvider.System.GetTimestamp();

        await _world.DeployedAsync(spec, V1, 1);

        Assert.True(TimeProvider.System.GetElapsedTime(before) >= warmUp);
    }

    [Fact]
    public async Task All_instances_have_ports_of_their_own_that_no_other_slot_has()
    {
        var two = Of("process", Sample(), replicas: 2);
        var other = Of("process", Sample(), replicas: 2, slot: "cart.staging");

        await _world.DeployedAsync(two, V1, 1);
        await _world.DeployedAsync(other, V1, 1);

        var addresses = (await _world.ObserveAsync(two, V1)).Addresses
            .AddRange((await _world.ObserveAsync(other, V1)).Addresses);
        Assert.Equal(4, addresses.Distinct().Count());
    }

    [Fact]
    public void Its_output_is_bounded_and_its_last_lines_are_those_of_its_last_start()
    {
        var at = DateTimeOffset.UnixEpoch;
        var path = LogFiles.Begin(_world.DataFolder, V1, 0, "first", at);
        File.AppendAllText(path, new string('x', (int)LogFiles.MaxBytes + 1) + "\nold words\n");

        LogFiles.Rotate(_world.DataFolder, V1, 0);
        LogFiles.Begin(_world.DataFolder, V1, 0, "second", at);
        File.AppendAllText(path, "new words\n");

        Assert.Equal("new words", LogFiles.Tail(_world.DataFolder, V1, 0));
        Assert.True(new FileInfo(path).Length < 1000);
        Assert.True(File.Exists(path + ".1"));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _world.DisposeAsync();
}
