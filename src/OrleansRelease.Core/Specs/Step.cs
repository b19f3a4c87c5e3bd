using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Specs;

/// <summary>One element of a strategy.</summary>
[JsonDerivedType(typeof(Deploy), "deploy")]
[JsonDerivedType(typeof(SetWeight), "set-weight")]
[JsonDerivedType(typeof(Pause), "pause")]
[JsonDerivedType(typeof(Analyse), "analysis")]
[JsonDerivedType(typeof(Verify), "verify")]
[JsonDerivedType(typeof(Hook), "hook")]
public abstract record Step
{
    private Step()
    {
    }

    /// <summary>
    /// How long it takes by itself, nothing else reckoned: a pause that waits for a person has no length, and an
    /// analysis has as many measurements as each of its metrics that counts needs to have passed, taken side by side.
    /// </summary>
    [JsonIgnore]
    public TimeSpan AtLeast => this switch
    {
        Pause { Duration: { } duration } => duration,
        Verify verify => verify.Duration,
        Analyse analysis => analysis.Metrics.Where(metric => metric.Counts)
            .Select(metric => metric.Limits.LeastToPass).DefaultIfEmpty(TimeSpan.Zero).Max(),
        _ => TimeSpan.Zero,
    };

    /// <summary>Start the new version, without any user's request.</summary>
    public sealed record Deploy : Step;

    /// <summary>Send this share of requests to the new version.</summary>
    public sealed record SetWeight(Weight Weight) : Step;

    /// <summary>Wait; without a duration until a person promotes.</summary>
    public sealed record Pause(TimeSpan? Duration) : Step;

    /// <summary>Wait for a verdict over these metrics, on top of the background analysis.</summary>
    public sealed record Analyse(ImmutableArray<MetricSpec> Metrics) : Step;

    /// <summary>
    /// All requests are on the new version; it is still judged for this long before it becomes stable.
    /// </summary>
    public sealed record Verify(TimeSpan Duration) : Step;

    /// <summary>Have a team's own endpoint do something, once.</summary>
    public sealed record Hook(HookSpec Call) : Step;
}
