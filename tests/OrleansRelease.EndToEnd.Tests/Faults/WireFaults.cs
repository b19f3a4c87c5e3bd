namespace OrleansRelease.EndToEnd.Tests.Faults;

/// <summary>What happens between the servers that decide.</summary>
internal static class WireFaults
{
    private const int Cuts = 4;

    private static readonly TimeSpan SaidWithin = TimeSpan.FromSeconds(20);

    public static readonly FaultKind Cut = new("connections between servers cut (RST)", async struck =>
    {
        var at = DateTimeOffset.UtcNow;
        var cut = 0;
        for (var i = 0; i < Cuts; i++)
        {
            cut += await Wires.CutAsync();
            await Pace.ForAsync(struck.Between(0.2, 1.5));
        }

        return cut > 0 ? at : throw new InvalidOperationException("there was no connection to cut");
    })
    { NeedsWires = true, WhyNot = () => Wires.WhyNoCut };

    public static readonly FaultKind LostBothWays = Lost("packets between servers lost, both ways", bothWays: true);

    public static readonly FaultKind LostOneWay = Lost("packets between servers lost, one way", bothWays: false);

    /// <summary>Between one and another of the servers, or between one and all others, as it falls.</summary>
    private static FaultKind Lost(string name, bool bothWays) => new(name, async struck =>
    {
        var one = 1 + struck.Random.Next(3);
        var other = 1 + ((one + struck.Random.Next(2)) % 3);
        int[] others = struck.Random.Next(2) == 0 ? [other] : [.. Enumerable.Range(1, 3).Where(n => n != one)];
        (int From, int To)[] ways = [.. others.Select(to => (one, to)), .. others.Select(to => (to, one))];
        if (!bothWays) ways = ways[..others.Length];
        try
        {
            foreach (var (from, to) in ways) await Wires.LoseAsync(from, to);
            foreach (var (from, to) in ways)
            {
                if (await Wires.ReachesAsync(from, to))
                    throw new InvalidOperationException($"what server {from} says still reaches server {to}");
            }

            var lost = Wires.PacketsLost();
            await Pace.ForAsync(struck.Between(6, 12));
            await Pace.UntilAsync(
                "the servers have said something that could be lost", SaidWithin, () => Wires.PacketsLost() > lost);
        }
        finally
        {
            await Wires.MendAsync();
        }

        return DateTimeOffset.UtcNow;
    })
    { NeedsWires = true };
}
