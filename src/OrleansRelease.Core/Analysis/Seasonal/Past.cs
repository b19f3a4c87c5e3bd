using System.Text.Json.Serialization;

namespace OrleansRelease.Core.Analysis.Seasonal;

/// <summary>One number of the whole service's past.</summary>
public readonly record struct PastPoint(DateTimeOffset At, double Number);

/// <summary>
/// What the past says about one window; all that the judge goes by, and so on record with the window.
/// </summary>
[JsonDerivedType(typeof(Usual), "usual")]
[JsonDerivedType(typeof(NoData), "no-data")]
[JsonDerivedType(typeof(Error), "error")]
public abstract record Past
{
    private Past()
    {
    }

    /// <summary>What is usual at this time of day, put to the level that the service has today. All finite.</summary>
    /// <param name="Centre">The median of the comparable values, in the metric's unit.</param>
    /// <param name="Spread">Their scatter, as a standard deviation: 1.4826 times the median absolute deviation.</param>
    /// <param name="Days">How many days have comparable values.</param>
    /// <param name="Values">How many values there are.</param>
    /// <param name="SameWeekday">The median of those of the same day of the week; null where there are none.</param>
    /// <param name="Level">The median of the hours before the rollout.</param>
    public sealed record Usual(
        double Centre, double Spread, int Days, int Values, double? SameWeekday, double Level) : Past;

    /// <summary>The source answered, and it is too little to compare with.</summary>
    public sealed record NoData(string Reason) : Past;

    /// <summary>The source did not answer.</summary>
    public sealed record Error(string Reason) : Past;
}
