using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Json;

internal sealed class DurationConverter : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        return Duration.Parse(text) ?? throw new JsonException($"'{text}' is not valid: it must be {Duration.Shape}.");
    }

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Duration.Format(value));
}
