using System.Globalization;

namespace OrleansRelease.Core.Tests.Simulation;

/// <summary>Runs seeds, and shows the first that breaks an invariant with its whole story.</summary>
internal static class SeededWorlds
{
    private const int TraceLines = 400;

    public static Coverage Run(int first, int count, Func<Tamper>? tamper = null)
    {
        var total = new Coverage();
        var failed = new SortedSet<int>();
        Parallel.For(
            first, first + count,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            () => new Coverage(),
            (seed, _, coverage) =>
            {
                if (Violation(seed, coverage, tamper?.Invoke()) is null) return coverage;
                lock (failed) failed.Add(seed);
                return coverage;
            },
            coverage =>
            {
                lock (total) total.Add(coverage);
            });
        if (failed.Count > 0) Assert.Fail($"{failed.Count} seeds failed. {Story(failed.Min, tamper?.Invoke())}");
        return total;
    }

    public static Exception? Violation(
        int seed, Coverage coverage, Tamper? tamper = null, List<string>? trace = null, Aim? aim = null)
    {
        try
        {
            new World(seed, coverage, tamper, trace, aim).Run();
            return null;
        }
        // Whatever it is, it is the seed's result: a broken invariant, or rules that throw.
        catch (Exception violation) when (violation is not OutOfMemoryException)
        {
            return violation;
        }
    }

    public static string Story(int seed, Tamper? tamper = null, Aim? aim = null)
    {
        var trace = new List<string>();
        var violation = Violation(seed, new Coverage(), tamper, trace, aim);
        return string.Create(CultureInfo.InvariantCulture, $"seed {seed}: {violation}\n")
            + string.Join('\n', trace.TakeLast(TraceLines));
    }
}
