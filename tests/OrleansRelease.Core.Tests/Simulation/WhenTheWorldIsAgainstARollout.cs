using System.Diagnostics;
using Xunit.Abstractions;

namespace OrleansRelease.Core.Tests.Simulation;

/// <summary>Thousands of worlds, each from one seed: every invariant holds after every step of each.</summary>
[Collection(nameof(Alone))]
public class WhenTheWorldIsAgainstARollout(ITestOutputHelper output)
{
    private static readonly int First = Setting("OREL_SIMULATION_FIRST", 1);

    private static readonly int Seeds = Setting("OREL_SIMULATION_SEEDS", 20_000);

    [Fact]
    public void Twenty_thousand_seeds_break_no_invariant()
    {
        var watch = Stopwatch.StartNew();
        var coverage = SeededWorlds.Run(First, Seeds);
        output.WriteLine($"{Seeds} seeds in {watch.Elapsed.TotalSeconds:0.0} s");
        watch.Restart();
        var aims = coverage.Missing().ToList();
        var (met, worlds) = AimedWorlds.Run(First, aims);
        var aimed = watch.Elapsed.TotalSeconds;
        coverage.Add(met);
        output.WriteLine(coverage.Table());
        output.WriteLine(
            $"of these, {aims.Count} only in {worlds} worlds aimed at them, in {aimed:0.0} s: {met.Met()}");
        Assert.Empty(coverage.Surprising());
        var missing = string.Join("; ", coverage.Missing().Select(Coverage.Name));
        Assert.True(missing == "", $"not met in {AimedWorlds.MostWorlds} worlds each: {missing}");
    }

    // A nightly run takes other seeds, and more of them.
    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), out var value) ? value : otherwise;
}

/// <summary>What takes all processors for a while has them to itself, so that its time can be told.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
