using System.Globalization;

namespace OrleansRelease.Testing.Releases;

/// <summary>Services in waves, and what each needs, drawn from a seed.</summary>
public static class LayeredNeeds
{
    /// <summary>
    /// Each needs up to three of those before, one of them in the wave directly before; one that is a wave of its own
    /// needs all of that one. In this order each comes after all that it needs.
    /// </summary>
    public static IReadOnlyDictionary<string, string[]> Of(int seed, params int[] waves)
    {
        ArgumentNullException.ThrowIfNull(waves);
        var random = new Random(seed);
        var needs = new Dictionary<string, string[]>();
        string[] before = [];
        foreach (var size in waves)
        {
            var all = needs.Keys.ToArray();
            string[] wave =
            [
                .. Enumerable.Range(needs.Count, size)
                    .Select(number => string.Create(CultureInfo.InvariantCulture, $"s{number:00}")),
            ];
            foreach (var name in wave)
            {
                needs[name] = before.Length == 0 ? []
                    : size == 1 ? before
                    : [.. random.GetItems(before, 1).Concat(random.GetItems(all, random.Next(0, 3))).Distinct()];
            }

            before = wave;
        }

        return needs;
    }
}
