using BenchmarkDotNet.Attributes;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Benchmarks;

/// <summary>What one rollout costs the processor, without any store or network.</summary>
[MemoryDiagnoser]
public class RolloutBenchmarks
{
    private readonly Row<RolloutState> _row = Canary.RunToEnd(maxTransitions: 40).Row;
    private string _json = "";

    [GlobalSetup]
    public void Setup() => _json = Vocabulary.Write(_row);

    /// <summary>Decide, evolve and hash every transition of a ten-step canary; returns how many there were.</summary>
    [Benchmark]
    public int TenStepCanary() => Canary.RunToEnd().Transitions;

    [Benchmark]
    public string WriteState() => Vocabulary.Write(_row);

    [Benchmark]
    public Row<RolloutState> ReadState() => Vocabulary.Read<Row<RolloutState>>(_json);
}
