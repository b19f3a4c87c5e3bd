using System.Globalization;

namespace OrleansRelease.Core.Analysis.Kayenta;

/// <summary>Says why a comparison came to what it came to, with the numbers that decided.</summary>
internal static class Wording
{
    // Below this the interval is hardly more than what the search for its ends stops at.
    private const double LeastSpread = 100 * Shift.Resolution;

    /// <summary>
    /// <paramref name="bound"/> is what the interval had to stay away from zero, <paramref name="spread"/> how far
    /// apart the least and the largest difference of any two values are.
    /// </summary>
    public static string Of(KayentaMetric metric, Shift shift, double bound, double effect, double spread)
    {
        var said = shift.Low > bound ? Higher(metric, shift, bound, effect)
            : shift.High < -bound ? Lower(metric, shift, bound, effect)
            : Text($"no clear difference: {shift.Low:G4} to {shift.High:G4} is not outside ±{bound:G4}");
        return spread < LeastSpread
            ? said + Text($"; differences are found to {Shift.Resolution} only: give values in a smaller unit")
            : said;
    }

    private static string Higher(KayentaMetric metric, Shift shift, double bound, double effect)
    {
        var higher = Text($"higher by at least {shift.Low:G4} (> {bound:G4})");
        if (metric.Direction == Direction.Decrease) return $"{higher}, and only a decrease counts";
        if (double.IsNaN(effect)) return $"{higher}; a mean is zero, so there is no effect size";
        return effect < metric.Effect.AllowedIncrease
            ? $"{higher}, but {Named(metric, effect)} < {Text($"{metric.Effect.AllowedIncrease:G4}")} is allowed"
            : $"{higher}; {Named(metric, effect)}{Critical(metric, effect >= metric.Effect.CriticalIncrease)}";
    }

    private static string Lower(KayentaMetric metric, Shift shift, double bound, double effect)
    {
        var lower = Text($"lower by at least {-shift.High:G4} (> {bound:G4})");
        if (metric.Direction == Direction.Increase) return $"{lower}, and only an increase counts";
        if (double.IsNaN(effect)) return $"{lower}; a mean is zero, so there is no effect size";
        return effect > metric.Effect.AllowedDecrease
            ? $"{lower}, but {Named(metric, effect)} > {Text($"{metric.Effect.AllowedDecrease:G4}")} is allowed"
            : $"{lower}; {Named(metric, effect)}{Critical(metric, effect <= metric.Effect.CriticalDecrease)}";
    }

    private static string Named(KayentaMetric metric, double effect) => metric.Effect.Measure == EffectMeasure.Cles
        ? Text($"larger in {100 * effect:0.##} % of all pairs")
        : Text($"mean ratio {effect:G4}");

    private static string Critical(KayentaMetric metric, bool isCritical) => !metric.Critical ? ""
        : isCritical ? "; critical"
        : "; critical metric, but not by a critical effect";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
