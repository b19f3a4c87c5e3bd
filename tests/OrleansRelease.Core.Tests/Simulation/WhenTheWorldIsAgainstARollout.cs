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

    /// <summary>
    /// How many yardsticks as many seeds may take as are tried between two; they take 13.9, and a tenth more with
    /// something else beside them. In seconds it would tell of the machine more than of the rules.
    /// </summary>
    private const double Budget = 17.5;

    private const int Between = 2_000;

    [Fact]
    public void Twenty_thousand_seeds_break_no_invariant()
    {
        var watch = Stopwatch.StartNew();
        var (coverage, work, yardsticks) = RunMeasured();
        output.WriteLine(
            $"{Seeds} seeds in {watch.Elapsed.TotalSeconds:0.0} s, {work.TotalSeconds:0} s of the processors' time, as "
            + $"long as {yardsticks:0.0} yardsticks for {Between}; the truth of explanations in one of "
            + $"{ExplanationIsTrue.OneWorldIn}");
        watch.Restart();
        var aims = coverage.Missing().ToList();
        var (met, worlds) = AimedWorlds.Run(First, aims);
        var aimed = watch.Elapsed.TotalSeconds;
        coverage.Add(met);
        output.WriteLine(coverage.Table());
        output.WriteLine(
            $"of these, {aims.Count} only in {worlds} worlds aimed at them, in {aimed:0.0} s: {met.Met()}");
        Assert.True(yardsticks < Budget, $"{Between} seeds take {yardsticks:0.0} yardsticks, {Budget} at most");
        Assert.Empty(coverage.Surprising());
        var missing = string.Join("; ", coverage.Missing().Select(Coverage.Name));
        Assert.True(missing == "", $"not met in {AimedWorlds.MostWorlds} worlds each: {missing}");
    }

    // The processors' time, so that what else the machine does counts little; in turns, because machines change theirs.
    private static (Coverage Coverage, TimeSpan Work, double Yardsticks) RunMeasured()
    {
        var (coverage, work, measure, laid) = (new Coverage(), TimeSpan.Zero, TimeSpan.Zero, 0);
        Yardstick.Lay();
        for (var done = 0; done < Seeds; done += Between)
        {
            var before = Environment.CpuUsage.TotalTime;
            coverage.Add(SeededWorlds.Run(First + done, Math.Min(Between, Seeds - done)));
            work += Environment.CpuUsage.TotalTime - before;
            measure += Yardstick.Lay();
            laid++;
        }

        return (coverage, work, work / Seeds * Between / (measure / laid));
    }

    // A nightly run takes other seeds, and more of them.
    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), out var value) ? value : otherwise;
}

/// <summary>What takes all processors for a while has them to itself, so that its time can be told.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
