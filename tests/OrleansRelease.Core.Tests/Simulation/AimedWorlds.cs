namespace OrleansRelease.Core.Tests.Simulation;

/// <summary>Aims at what the seeds did not meet, with world after world until it has come about.</summary>
internal static class AimedWorlds
{
    /// <summary>How many worlds one combination may take.</summary>
    public const int MostWorlds = 1_000;

    public static (Coverage Met, int Worlds) Run(int first, IReadOnlyCollection<Aim> aims)
    {
        var (met, worlds, failed) = (new Coverage(), 0, new SortedDictionary<string, (int Seed, Aim Aim)>());
        Parallel.ForEach(
            aims, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, aim =>
            {
                for (var seed = first; seed < first + MostWorlds; seed++)
                {
                    var coverage = new Coverage();
                    var violation = SeededWorlds.Violation(seed, coverage, aim: aim);
                    lock (met)
                    {
                        worlds++;
                        if (violation is not null) failed.TryAdd(aim.ToString(), (seed, aim));
                        if (coverage.Of(aim) == 0) continue;
                        met.Count(aim, coverage.Of(aim));
                        return;
                    }
                }
            });
        if (failed.Count == 0) return (met, worlds);
        var (ofSeed, at) = failed.First().Value;
        Assert.Fail($"{failed.Count} aims failed, the first {at}. {SeededWorlds.Story(ofSeed, aim: at)}");
        return (met, worlds);
    }
}
