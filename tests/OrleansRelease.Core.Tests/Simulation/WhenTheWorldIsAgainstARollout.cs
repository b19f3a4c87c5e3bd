using System.Diagnostics;
using OrleansRelease.Core.Tests.Simulation.Invariants;
using Xunit.Abstractions;

namespace OrleansRelease.Core.Tests.Simulation;

/// <summary>Thousands of worlds, each from one seed: every invariant holds after every step of each.</summary>
[Collection(nameof(Alone))]
public class WhenTheWorldIsAgainstARollout(ITestOutputHelper output)
{
    private static readonly int First = Setting("OREL_SIMULATION_FIRST", 1);

    private static readonly int Seeds = Setting("OREL_SIMULATION_SEEDS", 20_000);

    /// <summary>What 20,000 seeds may take: a minute on two processors.</summary>
    private static readonly TimeSpan Budget = 2 * TimeSpan.FromMinutes(1);

    [Fact]
    public void Twenty_thousand_seeds_break_no_invariant()
    {
        var watch = Stopwatch.StartNew();
        var before = Environment.CpuUsage.TotalTime;
        var coverage = SeededWorlds.Run(First, Seeds);
        var work = Environment.CpuUsage.TotalTime - before;
        output.WriteLine(
            $"{Seeds} seeds in {watch.Elapsed.TotalSeconds:0.0} s; the truth of explanations in one of "
            + $"{ExplanationIsTrue.OneWorldIn}");
        watch.Restart();
        var aims = coverage.Missing().ToList();
        var (met, worlds) = AimedWorlds.Run(First, aims);
        var aimed = watch.Elapsed.TotalSeconds;
        coverage.Add(met);
        output.WriteLine(coverage.Table());
        output.WriteLine(
            $"of these, {aims.Count} only in {worlds} worlds aimed at them, in {aimed:0.0} s: {met.Met()}");
        // The processors' time: what else the machine is doing does not count.
        Assert.True(work < Budget * Seeds / 20_000, $"{Seeds} seeds took {work.TotalSeconds:0} s of processor time");
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
