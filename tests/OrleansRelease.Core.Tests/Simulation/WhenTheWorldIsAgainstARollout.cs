using System.Diagnostics;
using Xunit.Abstractions;

namespace OrleansRelease.Core.Tests.Simulation;

/// <summary>Thousands of worlds, each from one seed: every invariant holds after every step of each.</summary>
[Collection(nameof(Alone))]
public class WhenTheWorldIsAgainstARollout(ITestOutputHelper output)
{
    private static readonly int First = Setting("OREL_SIMULATION_FIRST", 1);

    private static readonly int Seeds = Setting("OREL_SIMULATION_SEEDS", 20_000);

    /// <summary>What comes oftener than once in so many seeds is not rare.</summary>
    private const int SeedsForOneRare = 500;

    [Fact]
    public void Twenty_thousand_seeds_break_no_invariant()
    {
        var watch = Stopwatch.StartNew();
        var coverage = SeededWorlds.Run(First, Seeds);
        output.WriteLine($"{Seeds} seeds in {watch.Elapsed.TotalSeconds:0.0} s");
        output.WriteLine(coverage.Table());
        output.WriteLine($"possible, but too rare for this run: {string.Join("; ", coverage.Unmet())}");
        Assert.Empty(coverage.Surprising(mostOfRare: Math.Max(1, Seeds / SeedsForOneRare)));
        Assert.Empty(coverage.Missing());
    }

    // A nightly run takes other seeds, and more of them.
    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), out var value) ? value : otherwise;
}

/// <summary>What takes all processors for a while has them to itself, so that its time can be told.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
