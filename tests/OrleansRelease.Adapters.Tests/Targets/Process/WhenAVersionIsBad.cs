using System.Collections.Immutable;
using OrleansRelease.Adapters.Targets.Process;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;
using static OrleansRelease.Adapters.Tests.Targets.TargetSpecs;

namespace OrleansRelease.Adapters.Tests.Targets.Process;

public sealed class WhenAVersionIsBad : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly ProcessWorld _world = new();

    [Fact]
    public async Task One_that_exits_is_not_applied_and_the_reason_has_its_code_and_last_words()
    {
        var reason = await NotAppliedAsync(Of("process", Command("misbehave", "exit")));

        Assert.Contains("exited with code 7", reason, StringComparison.Ordinal);
        Assert.Contains("no database here", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_hangs_is_not_applied_in_time_and_taken_away()
    {
        var spec = Of("process", Command("misbehave", "hang"), within: TimeSpan.FromSeconds(3));

        var reason = await NotAppliedAsync(spec);

        Assert.Contains("not ready within 3s: instance 0: no answer on port", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_is_another_version_is_not_applied()
    {
        var spec = ProcessWorld.Spec([.. Command("sample", "--version", "9.9.9", "--port", "{{port}}")]);

        var reason = await NotAppliedAsync(spec);

        Assert.Contains("version '9.9.9' answers instead of '1.0.0'", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stranger_on_its_port_is_not_taken_for_it()
    {
        await _world.DeployedAsync(ProcessWorld.Spec(), V2, 1);
        var strangersPort = (await _world.ObserveAsync(ProcessWorld.Spec(), V2)).Addresses[0].Port;
        var hanging = Of("process", Command("misbehave", "hang"), slot: "cart.staging");
        using (var slot = _world.Files.TryOpen(SlotKey.From("cart.staging"))!)
        {
            slot.Save(new VersionRecord(
                V1, VersionPhase.Starting, new(1, 1, 1), hanging.Target.Command, null, [new(0, strangersPort)]));
        }

        var outcome = await _world.Target.DeployAsync(hanging.Call(V1, 1), None);

        Assert.Contains("'2.0.0' answers", Assert.IsType<Outcome.NotApplied>(outcome).Reason, StringComparison.Ordinal);
        await _world.IsReadyAsync(ProcessWorld.Spec(), V2);
    }

    [Fact]
    public async Task Another_service_of_the_same_version_on_its_port_is_not_taken_for_it()
    {
        await _world.DeployedAsync(ProcessWorld.Spec(), V1, 1);
        var othersPort = (await _world.ObserveAsync(ProcessWorld.Spec(), V1)).Addresses[0].Port;
        var cart = Of("process", Command("misbehave", "hang"), within: TimeSpan.FromSeconds(3), slot: "cart.staging");
        using (var slot = _world.Files.TryOpen(SlotKey.From("cart.staging"))!)
        {
            slot.Save(new VersionRecord(
                V1, VersionPhase.Starting, new(1, 1, 1), cart.Target.Command, null, [new(0, othersPort)]));
        }

        var outcome = await _world.Target.DeployAsync(cart.Call(V1, 1), None);

        var reason = Assert.IsType<Outcome.NotApplied>(outcome).Reason;
        Assert.Contains(
            $"another instance has port {othersPort}: {Slot}/{V1}/0/", reason, StringComparison.Ordinal);
        await _world.IsReadyAsync(ProcessWorld.Spec(), V1);
    }

    [Fact]
    public async Task Services_that_start_at_once_get_ports_of_their_own()
    {
        var specs = Enumerable.Range(0, 8).Select(n => Of("process", Sample(), slot: $"many{n}.staging")).ToList();

        var outcomes = await Task.WhenAll(specs.Select(spec => _world.Target.DeployAsync(spec.Call(V1, 1), None)));

        Assert.All(outcomes, outcome => Assert.IsType<Outcome.Applied>(outcome));
        var healths = await Task.WhenAll(specs.Select(spec => _world.ObserveAsync(spec, V1)));
        Assert.Equal(8, healths.SelectMany(health => health.Addresses).Distinct().Count());
    }

    [Fact]
    public async Task A_program_that_does_not_exist_is_not_applied()
    {
        var reason = await NotAppliedAsync(ProcessWorld.Spec("/nowhere/service", "{{port}}"));

        Assert.Contains("cannot start '/nowhere/service': No such file", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_attempt_may_be_made_again_by_the_same_fence()
    {
        await NotAppliedAsync(Of("process", Command("misbehave", "exit")));

        await _world.DeployedAsync(ProcessWorld.Spec(), V1, 1);
    }

    [Fact]
    public async Task A_failed_repetition_leaves_what_ran_before()
    {
        var spec = ProcessWorld.Spec();
        await _world.DeployedAsync(spec, V1, 1);
        var wrong = spec with { Readiness = new("/nothing-here", TimeSpan.FromSeconds(1), TimeSpan.Zero) };

        Assert.IsType<Outcome.NotApplied>(await _world.Target.DeployAsync(wrong.Call(V1, 2), None));

        await _world.IsReadyAsync(spec, V1);
    }

    [Fact]
    public async Task One_that_does_not_listen_to_the_request_to_end_is_killed()
    {
        var spec = ProcessWorld.Spec([.. Command(
            "misbehave", "ignore-sigterm", "--version", "{{version}}", "--port", "{{port}}")]);
        await _world.DeployedAsync(spec, V1, 1);
        var pid = Assert.Single(_world.PidsOf(V1));

        Assert.IsType<Outcome.Applied>(await _world.Target.RetireAsync(spec.Call(V1, 2), None));

        Assert.False(ProcessWorld.IsAlive(pid));
    }

    [Fact]
    public async Task One_that_hangs_does_not_hold_up_a_higher_fence_and_is_stopped_by_it()
    {
        var hanging = Of("process", Command("misbehave", "hang"));
        var hangs = _world.Target.DeployAsync(hanging.Call(V1, 1), None);
        await Eventually.IsAsync("the first process is made", () => _world.PidsOf(V1).Length == 1);
        var pid = _world.PidsOf(V1)[0];
        await _world.SuperviseAsync();

        await _world.DeployedAsync(ProcessWorld.Spec(), V2, 2);

        Assert.Equal(new Outcome.Overtaken(new(1, 1, 2)), await hangs);
        await Eventually.IsAsync("the abandoned process is gone", () => !ProcessWorld.IsAlive(pid));
        Assert.Equal(0, (await _world.ObserveAsync(hanging, V1)).Wanted);
    }

    [Theory]
    [InlineData("../../bin/sh")]
    [InlineData("-rf")]
    [InlineData("1.0;reboot")]
    [InlineData("1 0")]
    public async Task A_version_that_would_change_the_command_is_refused(string version) =>
        Assert.IsType<Outcome.Refused>(
            await _world.Target.DeployAsync(ProcessWorld.Spec().Call(VersionName.From(version), 1), None));

    [Theory]
    [InlineData("replicas", "0", "replicas is '0'")]
    [InlineData("replicas", "many", "replicas is 'many'")]
    [InlineData("replica", "2", "'replica' is none of replicas")]
    [InlineData("versionPath", "version", "must be a path on the service")]
    public async Task Settings_that_mean_nothing_are_refused(string name, string value, string reason)
    {
        var spec = ProcessWorld.Spec();
        var settings = ImmutableSortedDictionary<string, string>.Empty.Add(name, value);
        spec = spec with { Target = spec.Target with { Settings = settings } };

        var outcome = await _world.Target.DeployAsync(spec.Call(V1, 1), None);

        Assert.Contains(reason, Assert.IsType<Outcome.Refused>(outcome).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_placeholder_that_means_nothing_is_refused()
    {
        var outcome = await _world.Target.DeployAsync(ProcessWorld.Spec("run", "{{digest}}").Call(V1, 1), None);

        Assert.Contains("{{digest}}", Assert.IsType<Outcome.Refused>(outcome).Reason, StringComparison.Ordinal);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _world.DisposeAsync();

    private async Task<string> NotAppliedAsync(RolloutSpec spec)
    {
        var outcome = await _world.Target.DeployAsync(spec.Call(V1, 1), None);
        var reason = Assert.IsType<Outcome.NotApplied>(outcome).Reason;
        Assert.Equal(0, (await _world.ObserveAsync(spec, V1)).Wanted);
        Assert.Null(_world.Files.Read(Slot).Find(V1));
        return reason;
    }
}
