using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Units;
using OrleansRelease.EndToEnd.Tests.Checking;
using OrleansRelease.EndToEnd.Tests.Harness;

namespace OrleansRelease.EndToEnd.Tests;

public sealed class WhenTheRouterMisbehaves
{
    private static readonly Declared Shop = new("shop") { Hold = "5s" };

    [Fact]
    public async Task That_acknowledges_and_does_nothing_nothing_advances()
    {
        await using var world = await EstablishedAsync(Shop);
        await world.Scene.ReplaceRouterAsync(CancellationToken.None, "--fault", "lies");

        var rollout = await world.BeginAsync(Shop, "2.0.0");
        var end = await world.EndsAsync(rollout, Phase.RolledBack);

        Assert.Equal(Weight.None, end.State.Exposure.Confirmed);
        Assert.Equal(0, RequestsOf(world, "2.0.0"));
    }

    [Fact]
    public async Task That_applies_ten_seconds_late_nothing_advances_before_it_has()
    {
        var patient = Shop with { Hold = "60s" };
        await using var world = await EstablishedAsync(patient);
        await world.Scene.ReplaceRouterAsync(CancellationToken.None, "--fault", "late");

        var rollout = await world.BeginAsync(patient, "2.0.0");
        var confirmed = await world.IsAsync(
            rollout, "at 10 %", view => view.State.Exposure.Confirmed > Weight.None);

        var applied = Applied(world, "2.0.0").First();
        Assert.True(
            confirmed.State.Exposure.ConfirmedAt >= DateTimeOffset.FromUnixTimeMilliseconds(applied.At),
            $"confirmed at {confirmed.State.Exposure.ConfirmedAt:O}, applied at {applied.At}");
        await world.Api.AbortAsync(rollout, "seen enough", CancellationToken.None);
        // It may be later than the way back is given: then a person is told, and what is named to them helps.
        var back = await world.IsAsync(
            rollout, "back or stuck", view => view.State.Phase is Phase.RolledBack or Phase.Failed);
        if (back.State.Phase == Phase.Failed)
            Assert.Null(await world.Api.TryAsync("retry", rollout, CancellationToken.None));
        await world.EndsAsync(rollout, Phase.RolledBack);
    }

    [Fact]
    public async Task That_forgets_what_it_had_stored_nothing_advances()
    {
        await using var world = await EstablishedAsync(Shop);
        var rollout = await world.BeginAsync(Shop, "2.0.0");
        var before = await world.IsAsync(
            rollout, "at 10 %", view => view.State.Exposure.Confirmed > Weight.None);

        await world.Scene.ReplaceRouterAsync(CancellationToken.None, "--fault", "forgets");
        var end = await world.EndsAsync(rollout, Phase.RolledBack);

        Assert.Equal(before.State.Exposure.Confirmed, end.State.Exposure.Confirmed);
        Assert.DoesNotContain(Applied(world, "2.0.0"), change => change.Weights!["2.0.0"] > Declared.Weights[0]);
    }

    private static async Task<World> EstablishedAsync(Declared declared)
    {
        var world = await World.StartAsync();
        await world.EstablishAsync(declared, "1.0.0");
        return world;
    }

    private static IEnumerable<RouterEvent> Applied(World world, string version) =>
        RouterEvent.Read(world.Folder.RouterLog)
            .Where(change => change.Event == "applied" && change.Weights!.GetValueOrDefault(version) > 0);

    private static long RequestsOf(World world, string version) => RouterEvent.Read(world.Folder.RouterLog)
        .Where(counted => counted.Event == "requests" && counted.Version == version).Sum(counted => counted.Started);
}
