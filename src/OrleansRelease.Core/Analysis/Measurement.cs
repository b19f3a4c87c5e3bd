using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Analysis.Seasonal;
using OrleansRelease.Core.Analysis.Sequential;
using OrleansRelease.Core.Slos;

namespace OrleansRelease.Core.Analysis;

/// <summary>
/// One stretch of time of a metric. Windows tile, numbered from 0, so that no request is counted twice.
/// </summary>
public sealed record Window(int Number, DateTimeOffset Start, DateTimeOffset End);

/// <summary>
/// What a source says about one window. A source may say "NaN": it is written down as it came, and judged.
/// </summary>
[JsonDerivedType(typeof(Value), "value")]
[JsonDerivedType(typeof(Counts), "counts")]
[JsonDerivedType(typeof(Buckets), "buckets")]
[JsonDerivedType(typeof(Checked), "checked")]
[JsonDerivedType(typeof(NoData), "no-data")]
[JsonDerivedType(typeof(Error), "error")]
public abstract record Reading
{
    private Reading()
    {
    }

    [JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
    public sealed record Value(double Number) : Reading;

    /// <summary>How many of a window's requests were bad; <see cref="Total"/> is also the number of samples.</summary>
    [JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
    public sealed record Counts(double Bad, double Total) : Reading;

    /// <summary>How many of a window's requests took at most how long.</summary>
    public sealed record Buckets(Histogram Latencies) : Reading;

    /// <summary>What a monitor must be it is, or it is not; and what was seen, in words for people.</summary>
    public sealed record Checked(bool Holds, string Words) : Reading;

    /// <summary>The source answered, but with no number for this version and window.</summary>
    public sealed record NoData(string Reason) : Reading;

    /// <summary>The source did not answer, or with something that is no answer.</summary>
    public sealed record Error(string Reason) : Reading;
}

/// <summary>One metric's reading for one window.</summary>
/// <param name="Stable">The same of the version that is stable, where the metric is compared with it.</param>
/// <param name="Past">What is usual at this time, where the metric is held against the service's past.</param>
/// <param name="Burn">
/// Where the metric is a burn, the windows of its error budget that end with this one: all that it is judged by.
/// </param>
public sealed record Measurement(
    string Metric, Window Window, Reading Reading, Reading? Stable = null, Past? Past = null,
    ImmutableArray<PairBurn>? Burn = null);
