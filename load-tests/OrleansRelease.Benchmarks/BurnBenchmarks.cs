using BenchmarkDotNet.Attributes;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Slos;

namespace OrleansRelease.Benchmarks;

/// <summary>What it costs to judge an error budget by 30 days of counts, one a minute.</summary>
[MemoryDiagnoser]
public class BurnBenchmarks
{
    private static readonly DateTimeOffset Now = new(2026, 3, 31, 12, 0, 0, TimeSpan.Zero);

    private readonly Slo _slo = new(
        "availability", 0.999m, TimeSpan.FromDays(30), "golden-signals/errors",
        new MetricSource.Ratio("bad", null, "total"), TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(5), 10);

    private readonly TileSeries _series = new(
        TimeSpan.FromMinutes(1),
        [.. Enumerable.Range(-43_200, 43_200).Select(i => new Tile(Now.AddMinutes(i + 1), i % 3 == 0 ? 1 : 0, 1000))]);

    /// <summary>Four pairs of windows, the longest of three days, once.</summary>
    [Benchmark]
    public BurnVerdict JudgeOfTheCandidate() => BurnJudge.Judge(_slo, BurnScope.Candidate, _series, Now);

    /// <summary>The same now and when the rollout began.</summary>
    [Benchmark]
    public BurnVerdict JudgeOfTheWholeService() =>
        BurnJudge.Judge(_slo, BurnScope.Whole, _series, Now, Now.AddHours(-1));

    /// <summary>All 43,200 counts.</summary>
    [Benchmark]
    public BudgetLeft LeftOfTheBudget() => BudgetLeft.Of(_slo, _series, Now);
}
