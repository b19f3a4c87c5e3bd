using System.Globalization;
using OrleansRelease.Core.Manifests.Yaml;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Manifests.Reading;

/// <summary>Whole numbers, truth values, weights and limits.</summary>
internal static class Numbers
{
    public static int? Whole(this Field field, int min, int max)
    {
        var expected = $"a whole number from {min} to {max}";
        if (field.Scalar(expected) is not { } text) return null;
        var plain = field.Node is YamlNode.Scalar { Plain: true };
        if (plain && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= min && number <= max && (text.Length == 1 || text[0] != '0'))
        {
            return number;
        }

        field.Report(ProblemCode.BadNumber, "this is not such a number", expected);
        return null;
    }

    public static bool? Flag(this Field field)
    {
        if (field.Scalar("true or false") is not { } text) return null;
        if (field.Node is YamlNode.Scalar { Plain: true } && text is "true" or "false") return text == "true";
        field.Report(ProblemCode.BadChoice, "this is neither true nor false", "true or false");
        return null;
    }

    /// <summary>A weight in percent, with two decimals at most.</summary>
    public static Weight? Weight(this Field field)
    {
        const string expected = "a weight in percent from 0.01 to 100, such as 5 or 12.5";
        if (field.Scalar(expected) is not { } text) return null;
        var digits = text.EndsWith('%') ? text[..^1] : text;
        if (digits.Length > 20 || !TryDecimal(digits, out var percent))
        {
            field.Report(ProblemCode.BadWeight, "this is not a weight", expected);
            return null;
        }

        var points = percent * 100;
        var isShare = points is > 0 and <= Units.Weight.Full;
        if (isShare && points == decimal.Truncate(points)) return new Weight((int)points);
        var nearest = Math.Clamp(decimal.Round(points, MidpointRounding.AwayFromZero), 1, Units.Weight.Full) / 100;
        field.Report(ProblemCode.BadWeight,
            isShare ? "weights go in steps of 0.01 %" : "a weight is more than 0 and at most 100",
            nearest.ToString("0.##", CultureInfo.InvariantCulture));
        return null;
    }

    /// <summary>A limit with its unit; whether it fits its metric is asked where the metric is known.</summary>
    public static Quantity? Quantity(this Field field)
    {
        if (field.Scalar(Units.Quantity.Shape) is not { } text) return null;
        if (Units.Quantity.Parse(text) is { } quantity) return quantity;
        var joined = text.Replace(" ", "", StringComparison.Ordinal);
        var meant = joined.EndsWith('B') ? joined[..^1] : joined;
        field.Report(ProblemCode.BadQuantity, "this is not a limit",
            Units.Quantity.Parse(meant) is null ? Units.Quantity.Shape : meant);
        return null;
    }

    private static bool TryDecimal(string text, out decimal number) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
}
