using OrleansRelease.Core.Tests.Simulation;

namespace OrleansRelease.Core.Tests.Attribution;

/// <summary>One service calls another for some of its requests, and fails with most of its failures.</summary>
internal sealed record Call(int To, double Often, double Fatal);

/// <summary>A random graph of services in four layers; users come to those of the first.</summary>
internal sealed class Mesh
{
    public const int Zones = 3;

    private const int Layers = 4;

    private readonly int[] _layer;

    public Mesh(Dice dice, int services)
    {
        Count = services;
        _layer = [.. Enumerable.Range(0, services).Select(i => i < Layers ? i : dice.Between(0, Layers - 1))];
        Calls = [.. Enumerable.Range(0, services).Select(_ => new List<Call>())];
        Base = [.. Enumerable.Range(0, services).Select(_ => 0.004 * dice.Fraction() * dice.Fraction())];
        Entries = [.. Enumerable.Range(0, services).Where(i => _layer[i] == 0)];
        foreach (var callee in Enumerable.Range(0, services).Where(i => _layer[i] > 0))
        {
            // Some are shared by several callers.
            for (var n = dice.Chance(0.5) ? dice.Between(2, 3) : 1; n > 0; n--) Connect(dice, callee);
        }
    }

    public int Count { get; }

    public List<Call>[] Calls { get; }

    public double[] Base { get; }

    public int[] Entries { get; }

    public List<int> CallersAndSelf(int service) =>
        [.. Enumerable.Range(0, Count).Where(other => Path(other, service) is not null)];

    /// <summary>The shortest way of calls from one to the other, both included; null where there is none.</summary>
    public int[]? Path(int from, int to)
    {
        var ways = new Queue<int[]>([[from]]);
        while (ways.TryDequeue(out var way))
        {
            if (way[^1] == to) return way;
            foreach (var call in Calls[way[^1]]) ways.Enqueue([.. way, call.To]);
        }

        return null;
    }

    private void Connect(Dice dice, int callee)
    {
        var callers = Enumerable.Range(0, Count)
            .Where(i => _layer[i] < _layer[callee] && Calls[i].TrueForAll(call => call.To != callee)).ToArray();
        if (callers.Length == 0) return;
        Calls[dice.Pick<int>(callers)].Add(new(
            callee, dice.Chance(0.6) ? 1 : 0.3 + (0.7 * dice.Fraction()),
            dice.Chance(0.1) ? 0.2 : 0.75 + (0.25 * dice.Fraction())));
    }
}
