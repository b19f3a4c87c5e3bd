using System.Text.Json.Serialization;
using OrleansRelease.Core.Analysis;

namespace OrleansRelease.Core.Planning;

/// <summary>
/// What the source has of a metric for the version that runs now: the new one will be judged by the same.
/// </summary>
[JsonDerivedType(typeof(Present), "present")]
[JsonDerivedType(typeof(Absent), "absent")]
[JsonDerivedType(typeof(Unanswered), "unanswered")]
public abstract record Telemetry
{
    private Telemetry()
    {
    }

    /// <summary>It has numbers.</summary>
    public sealed record Present : Telemetry;

    /// <summary>It answered, and has none.</summary>
    public sealed record Absent(string Reason) : Telemetry;

    /// <summary>It did not answer, or with something that is no answer.</summary>
    public sealed record Unanswered(string Reason) : Telemetry;

    /// <summary>
    /// Counts of no requests at all are numbers: who has no users now has a metric all the same. A monitor that was
    /// checked answers by itself, whatever it says.
    /// </summary>
    public static Telemetry Of(Reading reading) => reading switch
    {
        Reading.Value or Reading.Counts or Reading.Buckets or Reading.Checked => new Present(),
        Reading.NoData(var reason) => new Absent(reason),
        Reading.Error(var reason) => new Unanswered(reason),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
