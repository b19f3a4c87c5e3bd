using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;
using OrleansRelease.Ports.Targets;
using static OrleansRelease.Adapters.Tests.Targets.TargetSpecs;

namespace OrleansRelease.Adapters.Tests.Targets;

/// <summary>What every target promises, whatever it runs.</summary>
public abstract class TargetContract
{
    private static readonly CancellationToken None = CancellationToken.None;

    protected abstract ITarget Target { get; }

    protected abstract RolloutSpec Spec(int replicas = 1, string? slot = null);

    [Fact]
    public async Task A_deployed_version_runs_and_is_ready()
    {
        var spec = Spec(replicas: 2);

        Assert.IsType<Outcome.Applied>(await Target.DeployAsync(spec.Call(V1, 1), None));

        var health = await Target.ObserveAsync(spec, V1, None);
        Assert.Equal((V1, 2, 2, 0), (health.Version, health.Wanted, health.Ready, health.Restarts));
        Assert.Equal(2, health.Addresses.Distinct().Count());
        Assert.All(health.Addresses, address => Assert.True(address.IsLoopback));
    }

    [Fact]
    public async Task What_was_never_deployed_is_not_there()
    {
        var health = await Target.ObserveAsync(Spec(), V2, None);

        Assert.Equal((0, 0, 0), (health.Wanted, health.Ready, health.Restarts));
        Assert.Empty(health.Addresses);
    }

    [Fact]
    public async Task A_retired_version_is_gone_and_the_other_one_stays()
    {
        var spec = Spec();
        await DeployedAsync(spec, V1, 1);
        await DeployedAsync(spec, V2, 2);

        Assert.IsType<Outcome.Applied>(await Target.RetireAsync(spec.Call(V1, 3), None));

        Assert.Equal(0, (await Target.ObserveAsync(spec, V1, None)).Wanted);
        await RunsAsync(spec, V2);
    }

    [Fact]
    public async Task Deploying_again_changes_nothing()
    {
        var spec = Spec();
        await DeployedAsync(spec, V1, 1);
        var before = await Target.ObserveAsync(spec, V1, None);

        await DeployedAsync(spec, V1, 2);

        Assert.Equal<Uri>(before.Addresses, (await Target.ObserveAsync(spec, V1, None)).Addresses);
    }

    [Fact]
    public async Task Retiring_twice_or_what_never_ran_is_applied()
    {
        var spec = Spec();
        await DeployedAsync(spec, V1, 1);

        Assert.IsType<Outcome.Applied>(await Target.RetireAsync(spec.Call(V1, 2), None));
        Assert.IsType<Outcome.Applied>(await Target.RetireAsync(spec.Call(V1, 3), None));
        Assert.IsType<Outcome.Applied>(await Target.RetireAsync(spec.Call(V2, 4), None));
    }

    [Fact]
    public async Task A_retired_version_can_be_deployed_again()
    {
        var spec = Spec();
        await DeployedAsync(spec, V1, 1);
        await Target.RetireAsync(spec.Call(V1, 2), None);

        await DeployedAsync(spec, V1, 3);

        await RunsAsync(spec, V1);
    }

    [Fact]
    public async Task What_must_not_be_begun_any_more_changes_nothing()
    {
        var spec = Spec();

        var outcome = await Target.DeployAsync(
            spec.Call(V1, 1) with { Veto = _ => ValueTask.FromResult<string?>("frozen") }, None);

        Assert.Equal(new Outcome.NotBegun("frozen"), outcome);
        Assert.Equal(0, (await Target.ObserveAsync(spec, V1, None)).Wanted);
        await DeployedAsync(spec, V1, 2);
    }

    [Fact]
    public async Task An_equal_fence_gets_the_recorded_outcome()
    {
        var spec = Spec();
        await DeployedAsync(spec, V1, 1);
        var before = await Target.ObserveAsync(spec, V1, None);

        await DeployedAsync(spec, V1, 1);

        Assert.Equal<Uri>(before.Addresses, (await Target.ObserveAsync(spec, V1, None)).Addresses);
    }

    [Fact]
    public async Task An_equal_fence_for_something_else_is_refused()
    {
        var spec = Spec();
        await DeployedAsync(spec, V1, 1);

        Assert.IsType<Outcome.Refused>(await Target.DeployAsync(spec.Call(V2, 1), None));
        Assert.IsType<Outcome.Refused>(await Target.RetireAsync(spec.Call(V1, 1), None));

        await RunsAsync(spec, V1);
        Assert.Equal(0, (await Target.ObserveAsync(spec, V2, None)).Wanted);
    }

    [Fact]
    public async Task An_older_call_arriving_late_is_overtaken_and_changes_nothing()
    {
        var spec = Spec();
        await DeployedAsync(spec, V1, 5);

        Assert.Equal(new Outcome.Overtaken(new(1, 1, 5)), await Target.DeployAsync(spec.Call(V2, 4), None));
        Assert.Equal(new Outcome.Overtaken(new(1, 1, 5)), await Target.RetireAsync(spec.Call(V1, 4), None));

        await RunsAsync(spec, V1);
        Assert.Equal(0, (await Target.ObserveAsync(spec, V2, None)).Wanted);
    }

    [Fact]
    public async Task A_higher_generation_beats_every_ordinal_of_an_older_one()
    {
        var spec = Spec();
        await DeployedAsync(spec, V1, 900);

        Assert.IsType<Outcome.Applied>(await Target.DeployAsync(spec.Call(V2, 1, generation: 2), None));
        Assert.IsType<Outcome.Overtaken>(await Target.RetireAsync(spec.Call(V2, 901), None));

        await RunsAsync(spec, V2);
    }

    [Fact]
    public async Task Slots_have_fences_of_their_own()
    {
        await DeployedAsync(Spec(slot: "checkout.staging"), V1, 9);

        await DeployedAsync(Spec(slot: "cart.staging"), V1, 1);
    }

    [Fact]
    public async Task Calls_on_one_slot_at_the_same_time_end_as_the_highest_fence_says()
    {
        var spec = Spec();
        var calls = Enumerable.Range(1, 6).Select(n => n % 2 == 0
            ? Target.RetireAsync(spec.Call(V1, n), None)
            : Target.DeployAsync(spec.Call(V1, n), None));

        var outcomes = await Task.WhenAll(calls);

        Assert.IsType<Outcome.Applied>(outcomes[5]);
        Assert.All(outcomes[..5], o => Assert.True(o is Outcome.Applied or Outcome.Overtaken, $"{o}"));
        Assert.Equal(0, (await Target.ObserveAsync(spec, V1, None)).Wanted);
    }

    [Fact]
    public async Task The_same_call_twice_at_the_same_time_is_done_once()
    {
        var spec = Spec();

        var outcomes = await Task.WhenAll(
            Target.DeployAsync(spec.Call(V1, 1), None), Target.DeployAsync(spec.Call(V1, 1), None));

        Assert.All(outcomes, outcome => Assert.IsType<Outcome.Applied>(outcome));
        Assert.Single((await Target.ObserveAsync(spec, V1, None)).Addresses);
    }

    [Fact]
    public async Task A_cancelled_call_can_be_made_again()
    {
        var spec = Spec();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Target.DeployAsync(spec.Call(V1, 1), cancelled.Token));

        await DeployedAsync(spec, V1, 1);
        await RunsAsync(spec, V1);
    }

    /// <summary>A busy machine may not answer the first look in time. What was started again would be seen.</summary>
    protected async Task RunsAsync(RolloutSpec spec, VersionName version)
    {
        var seen = await Eventually.IsAsync(
            $"{version} is ready", () => Target.ObserveAsync(spec, version, None), health => health.Ready == 1);
        Assert.Equal(0, seen.Restarts);
    }

    protected async Task DeployedAsync(RolloutSpec spec, VersionName version, int ordinal)
    {
        var outcome = await Target.DeployAsync(spec.Call(version, ordinal), None);
        Assert.True(outcome is Outcome.Applied, $"deploying {version} by fence {ordinal}: {outcome}");
    }
}
