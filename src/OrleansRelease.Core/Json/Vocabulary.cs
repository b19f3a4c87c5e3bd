using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansRelease.Core.Json;

/// <summary>
/// The one JSON vocabulary: state, log, wire between grains and HTTP all speak it.
/// Members are camelCase, cases of a union are told by a kebab-case <c>$type</c>, enums are their C# names.
/// </summary>
public static class Vocabulary
{
    private static readonly ConcurrentDictionary<Type, string> Words = new();

    public static JsonSerializerOptions Options { get; } = Create();

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    public static T Read<T>(string json) =>
        JsonSerializer.Deserialize<T>(json, Options) ?? throw new JsonException("null is not a value here");

    /// <summary>
    /// The word by which a case of a union is stored: what programs go by, whatever its type is called here.
    /// </summary>
    public static string WordOf(object value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return WordOf(value.GetType());
    }

    /// <summary>The same of a case that nobody has yet.</summary>
    public static string WordOf(Type type) => Words.GetOrAdd(type, static type =>
        type.BaseType?.GetCustomAttributes<JsonDerivedTypeAttribute>(inherit: false)
            .FirstOrDefault(known => known.DerivedType == type)?.TypeDiscriminator as string
        ?? throw new ArgumentException($"{type} is no case of a union that is stored", nameof(type)));

    /// <summary>Makes options that a framework owns speak the vocabulary; they start from the web's defaults.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        // jsonb and other tools reorder keys, so $type may come late.
        options.AllowOutOfOrderMetadataProperties = true;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        // A version or a reason keeps its characters; nothing here is embedded in HTML.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.MaxDepth = 64;
        options.Converters.Add(new JsonStringEnumConverter());
        options.Converters.Add(new DurationConverter());
    }

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        Configure(options);
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
