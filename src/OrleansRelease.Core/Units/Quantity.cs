using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace OrleansRelease.Core.Units;

/// <summary>What a quantity was written as; a limit must be written in the unit of what it limits.</summary>
public enum QuantityKind
{
    Number,
    Percent,
    Time,
    Size,
}

/// <summary>
/// A limit as people write it: <c>5%</c> (0.05), <c>800ms</c> (0.8 seconds), <c>512Mi</c> (bytes) or a bare number.
/// </summary>
[JsonConverter(typeof(QuantityConverter))]
public readonly partial record struct Quantity(QuantityKind Kind, decimal Value)
{
    public const string Shape = "5% for a ratio, 800ms for seconds, 512Mi for bytes, or a number";

    private static readonly (string Suffix, decimal Bytes)[] Sizes =
        [("Ti", 1024m * 1024 * 1024 * 1024), ("Gi", 1024m * 1024 * 1024), ("Mi", 1024m * 1024), ("Ki", 1024m)];

    /// <summary>The quantity, or null when the text is none.</summary>
    public static Quantity? Parse(string? text)
    {
        if (text is null || text.Length > 40) return null;
        if (Duration.Parse(text) is { } time) return new Quantity(QuantityKind.Time, (decimal)time.TotalSeconds);
        var match = Written().Match(text);
        if (!match.Success) return null;
        if (!decimal.TryParse(match.Groups[1].Value, NumberStyles.Number, CultureInfo.InvariantCulture, out var number))
            return null;
        return match.Groups[2].Value switch
        {
            "" => new Quantity(QuantityKind.Number, number),
            "%" => new Quantity(QuantityKind.Percent, number / 100),
            var suffix => new Quantity(QuantityKind.Size, number * Sizes.First(s => s.Suffix == suffix).Bytes),
        };
    }

    public override string ToString() => Kind switch
    {
        QuantityKind.Percent => Plain(Value * 100) + "%",
        QuantityKind.Time => Duration.Format(TimeSpan.FromMilliseconds((long)(Value * 1000))),
        QuantityKind.Size => SizeText(),
        _ => Plain(Value),
    };

    private string SizeText()
    {
        foreach (var (suffix, bytes) in Sizes)
        {
            if (Value >= bytes && Value % bytes == 0) return Plain(Value / bytes) + suffix;
        }

        return Plain(Value / 1024) + "Ki";
    }

    private static string Plain(decimal number) =>
        number.ToString("0.############################", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\A([0-9]{1,12}(?:\.[0-9]{1,10})?)(%|Ki|Mi|Gi|Ti)?\z")]
    private static partial Regex Written();
}

/// <summary>Writes a quantity as people do.</summary>
internal sealed class QuantityConverter : JsonConverter<Quantity>
{
    public override Quantity Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        return Quantity.Parse(text) ?? throw new JsonException($"'{text}' is not valid: write {Quantity.Shape}.");
    }

    public override void Write(Utf8JsonWriter writer, Quantity value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
