using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace OrleansRelease.Core.Units;

/// <summary>Durations as people write them: <c>250ms 30s 10m 1h30m 2d 4w</c>. Resolution: one millisecond.</summary>
public static partial class Duration
{
    public const string Shape = "a duration such as 250ms, 30s, 10m, 1h30m, 2d or 4w";

    public static readonly TimeSpan Max = TimeSpan.FromDays(3650);

    private static readonly (string Unit, long Milliseconds)[] Units =
        [("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

    /// <summary>The duration, or null when the text is not one or is longer than <see cref="Max"/>.</summary>
    public static TimeSpan? Parse(string? text)
    {
        if (text is not { Length: > 0 and <= 40 } || !Written().IsMatch(text)) return null;
        decimal total = 0;
        foreach (Match part in Part().Matches(text))
        {
            var unit = part.Groups[2].Value;
            total += decimal.Parse(part.Groups[1].Value, CultureInfo.InvariantCulture)
                * Units.First(u => u.Unit == unit).Milliseconds;
        }

        return total <= (decimal)Max.TotalMilliseconds ? TimeSpan.FromMilliseconds((long)total) : null;
    }

    /// <summary>The shortest text that <see cref="Parse"/> reads back; parts of a millisecond are dropped.</summary>
    public static string Format(TimeSpan duration)
    {
        var left = (long)duration.TotalMilliseconds;
        if (left <= 0) return "0s";
        var text = new StringBuilder();
        foreach (var (unit, milliseconds) in Units)
        {
            var count = left / milliseconds;
            left -= count * milliseconds;
            if (count > 0) text.Append(CultureInfo.InvariantCulture, $"{count}{unit}");
        }

        return text.ToString();
    }

    [GeneratedRegex(@"\A(\d{1,9}w)?(\d{1,9}d)?(\d{1,9}h)?(\d{1,9}m)?(\d{1,9}s)?(\d{1,12}ms)?\z")]
    private static partial Regex Written();

    [GeneratedRegex(@"(\d+)(ms|w|d|h|m|s)")]
    private static partial Regex Part();
}
