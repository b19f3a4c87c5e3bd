using OrleansRelease.Contracts.Environments;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Grains.Tests.Harness;

namespace OrleansRelease.Grains.Tests.Environments;

[Collection(ReleasesCollection.Name)]
public sealed class WhenAnEnvironmentIsFull(Stores stores) : IAsyncLifetime
{
    private readonly OneServer _one = new(stores);

    public Task InitializeAsync() => _one.InitializeAsync();

    public Task DisposeAsync() => _one.DisposeAsync();

    [Fact]
    public async Task The_next_rollout_moves_when_a_permit_comes_back()
    {
        var rollouts = new Harness.Rollouts(_one.Server) { MaxParallel = 1, Pause = TimeSpan.FromHours(1) };
        var first = await rollouts.StartAsync(SlotKey.From("cart.staging"), "1.0.0");
        await rollouts.UntilAsync(first, Phase.Progressing);
        var second = await rollouts.StartAsync(SlotKey.From("catalog.staging"), "1.0.0");
        var environment = _one.Server.Grains.GetGrain<IEnvironmentGrain>("staging");
        await Eventually.IsAsync(
            "the second waits for a permit",
            async () => (await environment.GetAsync(default)).Value().State,
            seen => seen.Waiting is [var waiting] && waiting == second);
        await rollouts.UntilAsync(second, Phase.Pending);

        await rollouts.Grain(first).AbortAsync(rollouts.Command(), dryRun: false, default);
        await rollouts.UntilAsync(second, Phase.Progressing);
    }

    [Fact]
    public async Task A_permit_of_one_that_never_began_does_not_stay_with_it()
    {
        var rollouts = new Harness.Rollouts(_one.Server) { MaxParallel = 1, Pause = TimeSpan.FromHours(1) };
        var environment = _one.Server.Grains.GetGrain<IEnvironmentGrain>("idle");
        await environment.RequestPermitAsync(new RolloutId(SlotKey.From("gone.idle"), 1), 1, default);

        await rollouts.UntilAsync(await rollouts.StartAsync(SlotKey.From("cart.idle"), "1.0.0"), Phase.Progressing);
    }

    [Fact]
    public async Task Many_that_ask_at_once_are_decided_on_together()
    {
        const int Many = 200;
        var environment = _one.Server.Grains.GetGrain<IEnvironmentGrain>("busy");
        var rollouts = Enumerable.Range(1, Many)
            .Select(n => new RolloutId(SlotKey.From($"service-{n}.busy"), 1)).ToList();

        Assert.All(
            await Task.WhenAll(rollouts.Select(one => environment.RequestPermitAsync(one, 1, default))), Assert.Null);
        var asked = (await environment.GetAsync(default)).Value();
        await Task.WhenAll(rollouts.Select(one => environment.ReturnPermitAsync(one, default)));

        Assert.True(asked.Sequence < Many, $"{Many} requests were decided on in {asked.Sequence} transitions");
        var state = (await environment.GetAsync(default)).Value().State;
        Assert.Empty(state.Holding);
        Assert.Empty(state.Waiting);
        await Harness.Chain.CheckAsync(_one.Server, Kinds.Environment, "busy");
    }
}
