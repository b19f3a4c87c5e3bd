using System.Collections.Immutable;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Releases;

/// <summary>In which order the services of a release move, or why there is none.</summary>
public abstract record Ordering
{
    private Ordering()
    {
    }

    public sealed record Ordered(ReleaseOrder Order) : Ordering;

    /// <summary>Each of these waits for the next one, and the last for the first.</summary>
    public sealed record Circle(ImmutableArray<Need> Path) : Ordering
    {
        public Refusal Refusal => new(
            RefusalCodes.RequirementCycle,
            $"{string.Join(" → ", Path.Select(need => need.Service))} → {Path[0].Service}: each would wait for the "
                + $"next ({string.Join(", ", Path)})",
            "the release without one of these, or turned around: needs between two services replaces the catalogue's");
    }

    /// <summary>
    /// In time that grows with services and needs alone, and always the same for the same release.
    /// </summary>
    public static Ordering Of(IEnumerable<ServiceName> services, IEnumerable<Need> needs)
    {
        var names = services.Distinct().OrderBy(name => name.ToString(), StringComparer.Ordinal).ToArray();
        var index = names.Select((name, i) => (name, i)).ToDictionary(pair => pair.name, pair => pair.i);
        var open = names.Select(_ => new List<Need>()).ToArray();
        // In the order of names, so that the circle that is told does not depend on who wrote what first.
        foreach (var need in needs.OrderBy(need => index[need.On])) open[index[need.Service]].Add(need);

        var waves = WavesOf(open, index);
        if (waves.Contains(Unplaced)) return new Circle(CircleIn(open, index, waves));

        // The names are in order already, so that sorting by wave alone keeps them so within each.
        var sequence = Enumerable.Range(0, names.Length).OrderBy(i => waves[i]).ToArray();
        return new Ordered(new ReleaseOrder(
            [.. sequence.Select(i => names[i])],
            [.. sequence.Select(i => waves[i])],
            [.. sequence.Select(i => open[i].Select(need => need.On).Distinct().ToImmutableArray())]));
    }

    private const int Unplaced = -1;

    // A service is placed when everything it needs is, in the wave after the latest of those.
    private static int[] WavesOf(List<Need>[] open, Dictionary<ServiceName, int> index)
    {
        var (waves, left, neededBy) =
            (new int[open.Length], new int[open.Length], open.Select(_ => new List<int>()).ToArray());
        Array.Fill(waves, Unplaced);
        for (var i = 0; i < open.Length; i++)
        {
            left[i] = open[i].Count;
            foreach (var need in open[i]) neededBy[index[need.On]].Add(i);
        }

        var next = new Queue<int>(Enumerable.Range(0, open.Length).Where(i => left[i] == 0));
        while (next.TryDequeue(out var placed))
        {
            waves[placed] = open[placed].Select(need => waves[index[need.On]] + 1).DefaultIfEmpty(0).Max();
            foreach (var consumer in neededBy[placed])
            {
                if (--left[consumer] == 0) next.Enqueue(consumer);
            }
        }

        return waves;
    }

    // Whatever could not be placed needs something else that could not: following that comes back sooner or later.
    private static ImmutableArray<Need> CircleIn(
        List<Need>[] open, Dictionary<ServiceName, int> index, int[] waves)
    {
        var path = new List<Need>();
        var seenAt = new Dictionary<int, int>();
        var at = Array.IndexOf(waves, Unplaced);
        while (seenAt.TryAdd(at, path.Count))
        {
            var need = open[at].First(need => waves[index[need.On]] == Unplaced);
            path.Add(need);
            at = index[need.On];
        }

        var circle = path[seenAt[at]..];
        var first = circle.IndexOf(circle.MinBy(need => need.Service.ToString(), StringComparer.Ordinal)!);
        return [.. circle[first..], .. circle[..first]];
    }
}
