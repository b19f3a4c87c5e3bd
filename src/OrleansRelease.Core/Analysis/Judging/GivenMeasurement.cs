using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Analysis.Seasonal;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Analysis.Judging;

/// <summary>
/// One measurement as somebody writes it: a value, or counts, or whether a check held, or why there is none. A value
/// may be "NaN".
/// </summary>
/// <param name="Value">A number in the metric's unit.</param>
/// <param name="Bad">How many of <see cref="Total"/> requests were bad.</param>
/// <param name="Total">How many requests there were.</param>
/// <param name="NoData">The source answered without a number, and this is why.</param>
/// <param name="Error">The source did not answer, and this is why.</param>
/// <param name="Stable">Beside counts: those of the stable version in the same window.</param>
/// <param name="Past">Beside a value or counts: what is usual at its time.</param>
/// <param name="Buckets">
/// How many requests took at most so many seconds, by the bound: <c>{"0.1": 90, "+Inf": 100}</c>.
/// </param>
/// <param name="Holds">Of a monitor: whether its check held.</param>
/// <param name="Words">Beside it: what was seen.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
[JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
public sealed record GivenMeasurement(
    double? Value = null, double? Bad = null, double? Total = null, string? NoData = null, string? Error = null,
    GivenCounts? Stable = null, GivenPast? Past = null, ImmutableSortedDictionary<string, double>? Buckets = null,
    bool? Holds = null, string? Words = null)
{
    /// <summary>What would be right.</summary>
    public const string Shape =
        """{"value": 0.2}, {"bad": 3, "total": 500}, {"buckets": {"0.1": 90, "+Inf": 100}}, {"holds": true}, """
        + """{"noData": "why"} or {"error": "why"}, beside counts or buckets also """
        + "\"stable\": {\"bad\": 1, \"total\": 5000} or of buckets, "
        + "beside a value or counts also \"past\": " + GivenPast.Shape;

    /// <summary>The readings, as far as they are right.</summary>
    internal static ImmutableArray<SeriesReading> Read(
        ImmutableArray<GivenMeasurement>? given, string path, FieldProblems problems)
    {
        if (given is not { } measurements)
        {
            problems.Add(path, null, "it is missing", $"a list of {Shape}");
            return [];
        }

        if (measurements.Length > AssessRequest.MostMeasurements)
        {
            problems.Add(
                path, measurements.Length.ToString(CultureInfo.InvariantCulture), "there are too many",
                $"at most {AssessRequest.MostMeasurements}");
            return [];
        }

        var readings = ImmutableArray.CreateBuilder<SeriesReading>(measurements.Length);
        for (var i = 0; i < measurements.Length; i++)
        {
            var (reason, shape) = measurements[i]?.Buckets is null
                ? ("it is not one of the six kinds", Shape)
                : ("its buckets are none, or it has something else beside them", GivenBuckets.Shape);
            if (Read(measurements[i]) is { } reading)
                readings.Add(reading);
            else
                problems.Add($"{path}[{i}]", null, reason, shape);
        }

        return readings.ToImmutable();
    }

    /// <summary>Null when it is none of the kinds, or several.</summary>
    internal static SeriesReading? Read(GivenMeasurement? given)
    {
        if (given?.Past is not { } past) return Measured(given);
        // Where nothing was measured there is nothing to hold against it.
        return Measured(given) is { Reading: Reading.Value or Reading.Counts } measured && past.Read() is { } usual
            ? measured with { Past = usual }
            : null;
    }

    private static SeriesReading? Measured(GivenMeasurement? given) => given switch
    {
        { Holds: { } holds } => given == new GivenMeasurement(Holds: holds, Words: given.Words)
            ? new(new Reading.Checked(holds, OneLine.Of(given.Words ?? (holds ? "it holds" : "it fails"))))
            : null,
        { Words: not null } => null,
        { Buckets: { } buckets, Value: null, Bad: null, Total: null, NoData: null, Error: null } =>
            GivenBuckets.Read(buckets) is not { } latencies ? null
            : given.Stable is null ? new(latencies)
            : given.Stable is { Bad: null, Total: null, Buckets: { } stable }
                && GivenBuckets.Read(stable) is { } ofStable ? new(latencies, ofStable)
            : null,
        { Buckets: not null } => null,
        { Value: { } value, Bad: null, Total: null, NoData: null, Error: null, Stable: null } =>
            new(new Reading.Value(value)),
        { Value: null, Bad: { } bad, Total: { } total, NoData: null, Error: null, Stable: null } =>
            new(new Reading.Counts(bad, total)),
        {
            Value: null, Bad: { } bad, Total: { } total, NoData: null, Error: null,
            Stable: { Bad: { } stableBad, Total: { } stableTotal, Buckets: null }
        } => new(new Reading.Counts(bad, total), new Reading.Counts(stableBad, stableTotal)),
        { Value: null, Bad: null, Total: null, NoData: { } why, Error: null, Stable: null } =>
            new(new Reading.NoData(why)),
        { Value: null, Bad: null, Total: null, NoData: null, Error: { } why, Stable: null } =>
            new(new Reading.Error(why)),
        _ => null,
    };
}

/// <summary>What the stable version has counted in one window.</summary>
/// <param name="Bad">How many of <see cref="Total"/> requests were bad.</param>
/// <param name="Total">How many requests there were.</param>
/// <param name="Buckets">How many of them took at most so many seconds, by the bound.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record GivenCounts(
    double? Bad = null, double? Total = null, ImmutableSortedDictionary<string, double>? Buckets = null);

/// <summary>What is usual at the time of a measurement, as a verdict on record has it.</summary>
/// <param name="Centre">The middle of comparable values, in the metric's unit.</param>
/// <param name="Spread">Their scatter, as a standard deviation; 0 or more.</param>
/// <param name="Days">From how many days they are.</param>
/// <param name="SameWeekday">The middle of those of the same day of the week; the centre when nobody says.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record GivenPast(
    double? Centre = null, double? Spread = null, int? Days = null, double? SameWeekday = null)
{
    /// <summary>What would be right.</summary>
    public const string Shape = """{"centre": 0.2, "spread": 0.05, "days": 14}""";

    /// <summary>Null when something of it is missing or cannot be.</summary>
    internal Past.Usual? Read() =>
        Centre is { } centre && double.IsFinite(centre) && Spread is { } spread && double.IsFinite(spread)
            && spread >= 0 && Days is { } days and >= Season.FewestDays and <= Season.MostDays
            && (SameWeekday ?? centre) is var weekday && double.IsFinite(weekday)
            ? new(centre, spread, days, days, weekday, centre)
            : null;
}
