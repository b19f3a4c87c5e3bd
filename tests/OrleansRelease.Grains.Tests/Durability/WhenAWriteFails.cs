using OrleansRelease.Grains.Tests.Harness;

namespace OrleansRelease.Grains.Tests.Durability;

[Collection(ServersCollection.Name)]
public sealed class WhenAWriteFails(Stores stores)
{
    private const int MaxWrite = 50;

    /// <summary>However quickly it goes, a run without faults has more writes than these.</summary>
    private const int SureWrites = 35;

    private static readonly WriteFault[] AfterFaults =
        [WriteFault.After, WriteFault.AfterAsConflict, WriteFault.AfterThenBlind];

    // Slot 0 has no fault. The n-th write of slot n stores nothing, the n-th of slot 100 + n is stored and says no.
    private static (int Write, WriteFault Fault)? Plan(int number) => number switch
    {
        0 => null,
        < 100 => (number, WriteFault.Before),
        _ => (number - 100, AfterFaults[number % AfterFaults.Length]),
    };

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.PostgreSql)]
    public async Task The_end_is_the_same_whichever_write_it_was(StoreKind kind)
    {
        var world = new World();
        var faults = new StorageFaults(Plan);
        await using var server = await TestServer.StartAsync(await stores.NewAsync(kind), world, faults);
        var rollouts = new Harness.Rollouts(server);

        int[] numbers = [0, .. Enumerable.Range(1, MaxWrite), .. Enumerable.Range(101, MaxWrite)];
        await EndState.ReachAsync(server, world, rollouts, numbers);

        var expected = Enumerable.Range(1, SureWrites).SelectMany(write => new[] { write, 100 + write });
        Assert.Empty(expected.Except(faults.Hit));
    }
}
