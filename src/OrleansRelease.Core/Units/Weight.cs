using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansRelease.Core.Units;

/// <summary>
/// A share of traffic in whole basis points (0.01 %), so that two shares of a slot sum to 100 % exactly.
/// </summary>
[JsonConverter(typeof(WeightConverter))]
public readonly record struct Weight : IComparable<Weight>
{
    public const int Full = 10_000;

    public static readonly Weight None = new(0);

    public static readonly Weight All = new(Full);

    public Weight(int basisPoints)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(basisPoints);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(basisPoints, Full);
        BasisPoints = basisPoints;
    }

    public int BasisPoints { get; }

    public double Share => (double)BasisPoints / Full;

    public Weight Rest => new(Full - BasisPoints);

    public static Weight Percent(int percent) => new(percent * 100);

    public int CompareTo(Weight other) => BasisPoints.CompareTo(other.BasisPoints);

    public static bool operator <(Weight left, Weight right) => left.BasisPoints < right.BasisPoints;

    public static bool operator >(Weight left, Weight right) => left.BasisPoints > right.BasisPoints;

    public static bool operator <=(Weight left, Weight right) => left.BasisPoints <= right.BasisPoints;

    public static bool operator >=(Weight left, Weight right) => left.BasisPoints >= right.BasisPoints;

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{BasisPoints / 100m:0.##} %");
}

/// <summary>Writes a weight as its basis points.</summary>
internal sealed class WeightConverter : JsonConverter<Weight>
{
    public override Weight Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TryGetInt32(out var points) && points is >= 0 and <= Weight.Full
            ? new Weight(points)
            : throw new JsonException("a weight is 0 to 10000 basis points");

    public override void Write(Utf8JsonWriter writer, Weight value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.BasisPoints);
}
