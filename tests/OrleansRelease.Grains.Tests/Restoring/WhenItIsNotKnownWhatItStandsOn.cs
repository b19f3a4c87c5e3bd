using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;
using OrleansRelease.Grains.Releases;
using OrleansRelease.Grains.Restoring;
using OrleansRelease.Grains.Tests.Harness;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Tests.Restoring;

[Collection(ReleasesCollection.Name)]
public sealed class WhenItIsNotKnownWhatItStandsOn(Stores stores)
{
    /// <summary>What it needs is in its release's specification alone.</summary>
    [Fact]
    public async Task A_part_of_a_release_does_not_go_on_without_that_ones_specification()
    {
        await using var server = await TestServer.StartAsync(await stores.NewAsync(), new World());
        var releases = new Harness.Releases(server, "production");
        await releases.UntilAsync(await releases.StartAsync("shop-1", "web 1.0.0"), PassagePhase.Succeeded);
        var (rows, clock) = (server.Get<IRows>(), new Restored());
        var gate = new GroundGate(rows, new SoakSlots(new NoSpecs(), rows, clock), clock);

        var missing = await gate.MissingAsync(new RolloutId(releases.SlotOf("web"), 1), default);

        Assert.Contains("is not in the store", missing, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_is_not_on_record_does_not_go_on()
    {
        await using var server = await TestServer.StartAsync(await stores.NewAsync(), new World());
        var (rows, clock) = (server.Get<IRows>(), new Restored());
        var gate = new GroundGate(rows, new SoakSlots(server.Get<ISpecs>(), rows, clock), clock);

        Assert.NotNull(await gate.MissingAsync(new RolloutId(Harness.Rollouts.SlotOf(1), 1), default));
    }

    private sealed class NoSpecs : ISpecs
    {
        public Task<string> PutAsync(string text, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<string?> GetAsync(string hash, CancellationToken cancellation) => Task.FromResult<string?>(null);
    }

    private sealed class Restored : IStoreClock
    {
        public DateTimeOffset Now => DateTimeOffset.UnixEpoch;

        public int Epoch => 2;
    }
}
