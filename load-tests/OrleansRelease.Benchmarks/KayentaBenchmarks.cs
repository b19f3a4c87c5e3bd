using BenchmarkDotNet.Attributes;
using OrleansRelease.Core.Analysis.Kayenta;

namespace OrleansRelease.Benchmarks;

/// <summary>What it costs to compare one metric: an hour of minutes, an hour of seconds, and far more.</summary>
[MemoryDiagnoser]
public class KayentaBenchmarks
{
    private static readonly KayentaMetric Metric = KayentaMetric.Named("latency", "speed");

    private double[] _control = [];
    private double[] _experiment = [];

    [Params(60, 3_600, 100_000)]
    public int Values { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        // Spread evenly and in no order, without a generator that would have to be seeded.
        _control = [.. Enumerable.Range(0, Values).Select(i => 100 + ((i * 7_919L) % 104_729 / 5_000d))];
        _experiment = [.. _control.Select(value => value * 1.05)];
    }

    [Benchmark]
    public Classified CompareOneMetric() =>
        Classifier.Classify(KayentaSettings.Usual, Metric, _control, _experiment);
}
