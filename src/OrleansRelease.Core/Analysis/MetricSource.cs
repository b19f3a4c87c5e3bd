using System.Text.Json.Serialization;
using OrleansRelease.Core.Monitors;

namespace OrleansRelease.Core.Analysis;

/// <summary>Where a metric's numbers come from. Queries are already filled in but for the window's own words.</summary>
[JsonDerivedType(typeof(Ratio), "ratio")]
[JsonDerivedType(typeof(Query), "query")]
[JsonDerivedType(typeof(Histogram), "histogram")]
[JsonDerivedType(typeof(Target), "target")]
[JsonDerivedType(typeof(Traffic), "traffic")]
[JsonDerivedType(typeof(Monitor), "monitor")]
public abstract record MetricSource
{
    private MetricSource()
    {
    }

    /// <summary>Whether a window that was missed can still be read later.</summary>
    [JsonIgnore]
    public bool CanLookBack => this is not (Target or Monitor);

    /// <summary>
    /// Its numbers are those of the environment's source of metrics, and not of an adapter that moves it.
    /// </summary>
    [JsonIgnore]
    public bool IsQueried => this is Ratio or Query or Histogram;

    /// <summary>All that a source of metrics is asked for it.</summary>
    [JsonIgnore]
    public IEnumerable<string> Queries => this switch
    {
        Ratio ratio => new[] { ratio.Bad, ratio.Good, ratio.Total }.OfType<string>(),
        Query(var text) => [text],
        Histogram(var text) => [text],
        _ => [],
    };

    /// <summary>Two counts over the same window; one of <see cref="Bad"/> and <see cref="Good"/> is given.</summary>
    public sealed record Ratio(string? Bad, string? Good, string Total) : MetricSource;

    /// <summary>One number.</summary>
    public sealed record Query(string Text) : MetricSource;

    /// <summary>
    /// How many requests took at most so long: one count for each bound <c>le</c>, in seconds, the one up to infinity
    /// among them.
    /// </summary>
    public sealed record Histogram(string Text) : MetricSource;

    /// <summary>Counted by the target adapter for the new version: <c>restarts</c>.</summary>
    public sealed record Target(string Counter) : MetricSource;

    /// <summary>
    /// Counted by the traffic adapter for the new version: <c>errors</c>, as a ratio of its requests.
    /// </summary>
    public sealed record Traffic(string Counter) : MetricSource;

    /// <summary>Checked by servers of the cluster, as a user would: it holds, or it does not.</summary>
    /// <param name="Name">Of the Monitor.</param>
    /// <param name="Check">All that it is checked by; null until a rollout is resolved.</param>
    public sealed record Monitor(string Name, MonitorCheck? Check = null) : MetricSource;
}
