namespace OrleansRelease.EndToEnd.Tests.Faults;

/// <summary>What happens between the servers that decide.</summary>
internal static class WireFaults
{
    private const int Cuts = 4;

    public static readonly FaultKind Cut = new("connections between servers cut (RST)", async struck =>
    {
        var at = DateTimeOffset.UtcNow;
        for (var i = 0; i < Cuts; i++)
        {
            await Wires.CutAsync();
            await Pace.ForAsync(struck.Between(0.2, 1.5));
        }

        return at;
    })
    { NeedsWires = true };

    public static readonly FaultKind LostBothWays = Lost("packets between servers lost, both ways", bothWays: true);

    public static readonly FaultKind LostOneWay = Lost("packets between servers lost, one way", bothWays: false);

    /// <summary>Between one and another of the servers, or between one and all others, as it falls.</summary>
    private static FaultKind Lost(string name, bool bothWays) => new(name, async struck =>
    {
        var one = 1 + struck.Random.Next(3);
        var other = 1 + ((one + struck.Random.Next(2)) % 3);
        int[] others = struck.Random.Next(2) == 0 ? [other] : [.. Enumerable.Range(1, 3).Where(n => n != one)];
        foreach (var to in others)
        {
            await Wires.LoseAsync(one, to);
            if (bothWays) await Wires.LoseAsync(to, one);
        }

        await Pace.ForAsync(struck.Between(6, 12));
        await Wires.MendAsync();
        return DateTimeOffset.UtcNow;
    })
    { NeedsWires = true };
}
