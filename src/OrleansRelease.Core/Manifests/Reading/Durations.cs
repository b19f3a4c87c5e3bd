using System.Globalization;
using System.Text.RegularExpressions;
using static OrleansRelease.Core.Units.Duration;

namespace OrleansRelease.Core.Manifests.Reading;

/// <summary>Durations; a bare number is refused because every peer means another unit by it.</summary>
internal static partial class Durations
{
    public static TimeSpan? Duration(this Field field, bool positive = false)
    {
        if (field.Scalar(Shape) is not { } text) return null;
        if (Parse(text) is { } duration)
        {
            if (!positive || duration > TimeSpan.Zero) return duration;
            field.Report(ProblemCode.BadDuration, "this must be longer than nothing", Shape);
            return null;
        }

        if (Bare().IsMatch(text))
        {
            field.Report(ProblemCode.BadDuration, "a duration needs its unit",
                text == "0" ? "0s" : $"{text}s, or {text}m");
        }
        else
        {
            field.Report(ProblemCode.BadDuration, "this is not a duration", Meant(text) ?? Shape);
        }

        return null;
    }

    /// <summary>
    /// What was probably meant by <c>10 min</c>, <c>1.5h</c> or <c>PT10M</c>; null when nobody can say.
    /// </summary>
    private static string? Meant(string text)
    {
        if (text.Length > 40) return null;
        var iso = Iso().Match(text);
        if (iso.Success)
        {
            var joined = string.Concat(iso.Groups.Values.Skip(1).Select(g => g.Value.ToLowerInvariant()));
            return Parse(joined) is { } span ? Format(span) : null;
        }

        var total = 0m;
        var rest = text.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();
        var parts = Loose().Matches(rest);
        if (parts.Count == 0 || parts.Sum(p => p.Length) != rest.Length) return null;
        foreach (Match part in parts)
        {
            var number = decimal.Parse(part.Groups[1].Value, CultureInfo.InvariantCulture);
            total += number * Milliseconds(part.Groups[2].Value);
        }

        return total <= (decimal)Max.TotalMilliseconds ? Format(TimeSpan.FromMilliseconds((long)total)) : null;
    }

    private static long Milliseconds(string unit) => unit switch
    {
        "ms" or "millis" => 1,
        _ when unit.StartsWith('s') => 1_000,
        _ when unit.StartsWith('m') => 60_000,
        _ when unit.StartsWith('h') => 3_600_000,
        _ when unit.StartsWith('d') => 86_400_000,
        _ => 604_800_000,
    };

    [GeneratedRegex(@"\A[0-9]{1,9}\z")]
    private static partial Regex Bare();

    [GeneratedRegex(@"\AP([0-9]{1,6}W)?([0-9]{1,6}D)?(?:T([0-9]{1,6}H)?([0-9]{1,6}M)?([0-9]{1,6}S)?)?\z",
        RegexOptions.IgnoreCase)]
    private static partial Regex Iso();

    [GeneratedRegex(
        @"([0-9]{1,6}(?:\.[0-9]{1,3})?)"
        + "(ms|millis|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?)(?![a-z])")]
    private static partial Regex Loose();
}
