using OrleansRelease.EndToEnd.Tests.Harness;

namespace OrleansRelease.EndToEnd.Tests;

[Collection(nameof(Alone))]
public sealed class WhenManyServicesStartAtOnce
{
    private const int AtOnce = 8;

    private const int Rounds = 2;

    /// <summary>Enough to be judged; the processors of a small machine are for the services that start.</summary>
    private const int UsersPerSecond = 15;

    [Fact]
    public async Task No_first_version_is_blamed_for_what_the_others_cost()
    {
        await using var world = await World.StartAsync();
        for (var round = 0; round < Rounds; round++)
        {
            var services = Enumerable.Range(0, AtOnce).Select(n => new Declared($"many{round}x{n}")).ToList();

            await Task.WhenAll(services.Select(service => world.EstablishAsync(service, "1.0.0", UsersPerSecond)));

            Assert.Empty(services.SelectMany(world.ProblemsOf));
        }
    }
}
