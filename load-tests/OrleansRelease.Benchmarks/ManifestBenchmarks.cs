using BenchmarkDotNet.Attributes;
using OrleansRelease.Core.Manifests;

namespace OrleansRelease.Benchmarks;

/// <summary>What it costs to read what people write: the normative samples, with every rule checked.</summary>
[MemoryDiagnoser]
public class ManifestBenchmarks
{
    private readonly string _service = Sample("service.yaml");
    private readonly string _environment = Sample("environment.yaml");
    private readonly string _analysis = Sample("analysis.yaml");

    [Benchmark]
    public ManifestReading ReadService() => ManifestReader.Read(_service, "service.yaml");

    [Benchmark]
    public ManifestReading ReadEnvironment() => ManifestReader.Read(_environment, "environment.yaml");

    [Benchmark]
    public ManifestReading ReadAnalysis() => ManifestReader.Read(_analysis, "analysis.yaml");

    private static string Sample(string name) =>
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "samples", name));
}
