using OrleansRelease.Grains.Tests.Harness;
using Xunit.Abstractions;

namespace OrleansRelease.Grains.Tests.Durability;

/// <summary>It takes long, and waits for most of that: so it goes on beside all others.</summary>
public sealed class WhenAWriteFails(Stores stores, ITestOutputHelper output) : IClassFixture<Stores>
{
    /// <summary>However quickly it goes, a run has these at least.</summary>
    private const int SureWrites = 36;

    private static readonly WriteFault[] Stored =
        [WriteFault.After, WriteFault.AfterAsConflict, WriteFault.AfterThenBlind];

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.PostgreSql)]
    public async Task The_end_is_the_same_whichever_write_it_was(StoreKind kind)
    {
        var (world, faults) = (new World(), new NthFaults());
        await using var server = await TestServer.StartAsync(await stores.NewAsync(kind), world, faults);

        // Each write fails once, and once says no although it is stored: how it says so goes round, and differs between
        // the stores.
        await new EveryNth(server, world, new Harness.Rollouts(server), faults, output).RunAsync(new EveryNth.Kind(
            Doing.Write, SureWrites, nth => [(int)WriteFault.Before, (int)Stored[(nth + (int)kind) % Stored.Length]]));
    }
}
