using System.Text.Json.Serialization;

namespace OrleansRelease.Core.Analysis;

/// <summary>Where a metric's numbers come from. Queries are already filled in but for the window's own words.</summary>
[JsonDerivedType(typeof(Ratio), "ratio")]
[JsonDerivedType(typeof(Query), "query")]
[JsonDerivedType(typeof(Target), "target")]
[JsonDerivedType(typeof(Traffic), "traffic")]
public abstract record MetricSource
{
    private MetricSource()
    {
    }

    /// <summary>Whether a window that was missed can still be read later.</summary>
    [JsonIgnore]
    public bool CanLookBack => this is not Target;

    /// <summary>
    /// Its numbers are those of the environment's source of metrics, and not of an adapter that moves it.
    /// </summary>
    [JsonIgnore]
    public bool IsQueried => this is Ratio or Query;

    /// <summary>Two counts over the same window; one of <see cref="Bad"/> and <see cref="Good"/> is given.</summary>
    public sealed record Ratio(string? Bad, string? Good, string Total) : MetricSource
    {
        /// <summary>All that are asked for it.</summary>
        [JsonIgnore]
        public IEnumerable<string> Queries => new[] { Bad, Good, Total }.OfType<string>();
    }

    /// <summary>One number.</summary>
    public sealed record Query(string Text) : MetricSource;

    /// <summary>Counted by the target adapter for the new version: <c>restarts</c>.</summary>
    public sealed record Target(string Counter) : MetricSource;

    /// <summary>
    /// Counted by the traffic adapter for the new version: <c>errors</c>, as a ratio of its requests.
    /// </summary>
    public sealed record Traffic(string Counter) : MetricSource;
}
