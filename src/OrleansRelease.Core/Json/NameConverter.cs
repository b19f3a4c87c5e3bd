using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Json;

/// <summary>
/// The one converter for names. Without it a validating <c>readonly record struct</c> comes back empty, silently.
/// </summary>
public sealed class NameConverter<T> : JsonConverter<T>
    where T : struct, IName<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Parse(reader.TokenType == JsonTokenType.String ? reader.GetString() : null);

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());

    public override T ReadAsPropertyName(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Parse(reader.GetString());

    public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value.ToString() ?? "");

    private static T Parse(string? text) =>
        T.Parse(text) ?? throw new JsonException($"'{text}' is not valid: it must be {T.Shape}.");
}
