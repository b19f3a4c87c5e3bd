using System.Globalization;
using System.Text;
using System.Text.Json;

namespace OrleansRelease.Adapters.Metrics.Http;

/// <summary>Finds one number in a JSON text by an RFC 6901 pointer.</summary>
internal static class JsonNumber
{
    private const int MaxDepth = 32;

    private static readonly JsonDocumentOptions Bounded = new() { MaxDepth = MaxDepth };

    private static readonly string[] BareWords = ["NaN", "-Infinity", "Infinity"];

    /// <summary>Null with a reason when the text is not JSON.</summary>
    public static JsonDocument? Parse(ReadOnlyMemory<byte> text, out string? problem)
    {
        problem = null;
        try
        {
            return JsonDocument.Parse(text, Bounded);
        }
        catch (JsonException first)
        {
            try
            {
                // JSON has no NaN, yet some sources write it: that is a source without a number, not a broken one.
                return JsonDocument.Parse(Quoted(Encoding.UTF8.GetString(text.Span)), Bounded);
            }
            catch (JsonException)
            {
                problem = $"the answer is not JSON: {first.Message}";
                return null;
            }
        }
    }

    public static MetricNumber At(JsonElement root, string pointer)
    {
        if (pointer.Length > 0 && pointer[0] != '/')
            return new MetricNumber.Wrong($"'#{pointer}' is not a JSON pointer: it must begin with '/'");
        var current = root;
        foreach (var token in pointer.Split('/').Skip(1))
        {
            var name = token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (!Step(ref current, name)) return new MetricNumber.Missing($"the answer has no {pointer}");
        }

        return Of(current, pointer.Length == 0 ? "the answer" : pointer);
    }

    private static bool Step(ref JsonElement current, string name)
    {
        switch (current.ValueKind)
        {
            case JsonValueKind.Object when current.TryGetProperty(name, out var member):
                current = member;
                return true;
            case JsonValueKind.Array when (name is "0" || !name.StartsWith('0'))
                && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                && index < current.GetArrayLength():
                current = current[index];
                return true;
            default:
                return false;
        }
    }

    private static MetricNumber Of(JsonElement element, string name) => element.ValueKind switch
    {
        JsonValueKind.Number => element.TryGetDouble(out var number)
            ? MetricNumber.Of(number, name)
            : new MetricNumber.Wrong($"{name} is not a number that can be held"),
        JsonValueKind.Null => new MetricNumber.Missing($"{name} is null"),
        JsonValueKind.String => OfText(element.GetString()!.Trim(), name),
        JsonValueKind.Array when element.GetArrayLength() == 0 => new MetricNumber.Missing($"{name} is empty"),
        JsonValueKind.Object when element.GetPropertyCount() == 0 => new MetricNumber.Missing($"{name} is empty"),
        _ => new MetricNumber.Wrong($"{name} is {element.ValueKind}, not a number"),
    };

    private static MetricNumber OfText(string text, string name) =>
        text.Length == 0 ? new MetricNumber.Missing($"{name} is empty")
        : text.TrimStart('+', '-') is "Inf" or "Infinity" ? new MetricNumber.Wrong($"{name} is infinite")
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? MetricNumber.Of(number, name)
        : new MetricNumber.Wrong($"{name} is a text that is not a number");

    private static string? BareWordAt(ReadOnlySpan<char> text)
    {
        foreach (var word in BareWords)
        {
            if (text.StartsWith(word)) return word;
        }

        return null;
    }

    private static string Quoted(string json)
    {
        var quoted = new StringBuilder(json.Length + 16);
        var inText = false;
        for (var i = 0; i < json.Length; i++)
        {
            var word = inText ? null : BareWordAt(json.AsSpan(i));
            if (word is not null)
            {
                quoted.Append('"').Append(word).Append('"');
                i += word.Length - 1;
                continue;
            }

            quoted.Append(json[i]);
            if (inText && json[i] == '\\' && i + 1 < json.Length) quoted.Append(json[++i]);
            else if (json[i] == '"') inText = !inText;
        }

        return quoted.ToString();
    }
}
