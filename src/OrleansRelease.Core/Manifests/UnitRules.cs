using System.Globalization;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Manifests;

/// <summary>Which limits fit which unit.</summary>
internal static class UnitRules
{
    /// <summary>The unit that a source has whatever is said; null when only the author knows.</summary>
    public static Unit? UnitOf(MetricSource source) => source switch
    {
        MetricSource.Ratio or MetricSource.Traffic => Unit.Ratio,
        MetricSource.Histogram => Unit.Seconds,
        MetricSource.Target => Unit.Count,
        _ => null,
    };

    /// <summary>Whether it says how many requests there were, and so can be compared.</summary>
    public static bool IsCounted(MetricSource source) =>
        source is MetricSource.Ratio or MetricSource.Traffic or MetricSource.Histogram;

    /// <summary>Null when the limit fits, else what should be written.</summary>
    public static string? Mismatch(Unit unit, Quantity limit)
    {
        var number = limit.Value.ToString("0.############", CultureInfo.InvariantCulture);
        return (unit, limit.Kind) switch
        {
            (Unit.Ratio, QuantityKind.Percent) when limit.Value <= 1 => null,
            (Unit.Ratio, QuantityKind.Percent) => "at most 100%",
            (Unit.Ratio, QuantityKind.Number) when limit.Value <= 1 =>
                new Quantity(QuantityKind.Percent, limit.Value).ToString(),
            (Unit.Ratio, QuantityKind.Number) when limit.Value <= 100 => $"{number}%",
            (Unit.Ratio, _) => "a ratio with its %, such as 5%",
            (Unit.Seconds, QuantityKind.Time) => null,
            (Unit.Seconds, QuantityKind.Number) when limit.Value == decimal.Truncate(limit.Value) =>
                $"{number}s, or {number}ms",
            (Unit.Seconds, QuantityKind.Number) =>
                $"{(limit.Value * 1000).ToString("0", CultureInfo.InvariantCulture)}ms",
            (Unit.Seconds, _) => "a duration, such as 800ms",
            (Unit.Bytes, QuantityKind.Size or QuantityKind.Number) => null,
            (Unit.Bytes, _) => "bytes, such as 512Mi",
            (Unit.Count or Unit.PerSecond, QuantityKind.Number) => null,
            (_, QuantityKind.Percent) => "a number, or unit: ratio beside it",
            (_, QuantityKind.Time) => "a number, or unit: seconds beside it",
            _ => "a number, or unit: bytes beside it",
        };
    }
}
