using OrleansRelease.Grains.Tests.Harness;
using Xunit.Abstractions;

namespace OrleansRelease.Grains.Tests.Durability;

/// <summary>
/// Counts what runs do when nothing fails, then makes the first, the second, … and the last of it fail, each in a run
/// of its own that must end as all do.
/// </summary>
internal sealed class EveryNth(
    TestServer server, World world, Harness.Rollouts rollouts, NthFaults faults, ITestOutputHelper output)
{
    /// <summary>Time decides how often a run looks and measures, so that their counts differ.</summary>
    private const int Soundings = 16;

    /// <summary>How often a fault is tried that every run gets as far as, and one did not.</summary>
    private const int MaxTries = 5;

    /// <summary>How many slots go through it at a time, so that what is tested are faults and not overload.</summary>
    private const int AtATime = 16;

    /// <summary>
    /// A run does so many of them at least, however quickly it goes; the n-th fails in each of the ways.
    /// </summary>
    public sealed record Kind(Doing What, int AtLeast, Func<int, IEnumerable<int>> WaysOf);

    public async Task RunAsync(params IReadOnlyList<Kind> kinds)
    {
        var sounded = await RunAsync(Enumerable.Repeat<NthFault?>(null, Soundings));
        var spans = kinds.ToDictionary(kind => kind.What, kind => SpanOf(kind, sounded));
        var planned = (
            from kind in kinds
            from nth in Enumerable.Range(1, spans[kind.What].Most)
            from way in kind.WaysOf(nth)
            select new NthFault(kind.What, nth, way)).ToList();
        var unmet = await UnmetAsync(planned);
        // What only some runs do may be met by none. What each of them did is to have failed, all of it.
        var left = unmet.FindAll(fault => fault.Nth <= spans[fault.What].Least);
        for (var attempt = 2; left.Count > 0 && attempt <= MaxTries; attempt++)
        {
            // The machine may have become quicker since it was sounded, and runs shorter.
            var again = await RunAsync(Enumerable.Repeat<NthFault?>(null, Soundings));
            var now = kinds.ToDictionary(kind => kind.What, kind => SpanOf(kind, again).Least);
            left = await UnmetAsync(left.FindAll(fault => fault.Nth <= now[fault.What]));
        }

        foreach (var (what, (least, most)) in spans)
            output.WriteLine($"{what}: {least} to {most} in {Soundings} runs without a fault");
        output.WriteLine($"{planned.Count} faults; runs that ended before theirs: {string.Join(", ", unmet)}");
        Assert.Empty(left);
    }

    private async Task<List<NthFault>> UnmetAsync(IReadOnlyList<NthFault> planned)
    {
        var runs = await RunAsync(planned);
        return [.. planned.Where((_, index) => !faults.WasMet(runs[index]))];
    }

    private (int Least, int Most) SpanOf(Kind kind, IReadOnlyList<int> runs)
    {
        var counts = runs.Select(run => faults.CountOf(run, kind.What)).ToList();
        Assert.InRange(counts.Min(), kind.AtLeast, int.MaxValue);
        return (counts.Min(), counts.Max());
    }

    private async Task<IReadOnlyList<int>> RunAsync(IEnumerable<NthFault?> planned)
    {
        var runs = planned.Select(faults.Plan).ToList();
        await Parallel.ForEachAsync(
            runs, new ParallelOptions { MaxDegreeOfParallelism = AtATime },
            async (run, _) => await EndState.ReachAsync(server, world, rollouts, run));
        return runs;
    }
}
