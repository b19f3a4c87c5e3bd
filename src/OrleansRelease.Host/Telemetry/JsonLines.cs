using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace OrleansRelease.Host.Telemetry;

/// <summary>
/// One JSON object a line: when, how grave, who says it, what, in which trace, and flat beside these the names by which
/// it is found: those around it first, then those of the message itself.
/// </summary>
internal sealed class JsonLines(TimeProvider time) : ConsoleFormatter(FormatName)
{
    public const string FormatName = "orel-json";

    private const string Template = "{OriginalFormat}";

    private static readonly string[] Own = ["time", "level", "category", "message", "traceId", "spanId", "exception"];

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A line that is not of the log: what a person would be told as plain text.</summary>
    public static string Said(DateTimeOffset at, string message) => Line(json =>
    {
        Begin(json, at, LogLevel.Information, "OrleansRelease", message);
        json.WriteEndObject();
    });

    public override void Write<TState>(
        in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var entry = logEntry;
        textWriter.WriteLine(Line(json =>
        {
            var message = entry.Formatter(entry.State, entry.Exception);
            Begin(json, time.GetUtcNow(), entry.LogLevel, entry.Category, message);
            if (Activity.Current is { IdFormat: ActivityIdFormat.W3C } span)
            {
                json.WriteString("traceId", span.TraceId.ToString());
                json.WriteString("spanId", span.SpanId.ToString());
            }

            foreach (var (name, value) in Names(entry.State, scopeProvider)) Write(json, name, value);
            if (entry.Exception is { } exception) json.WriteString("exception", exception.ToString());
            json.WriteEndObject();
        }));
    }

    private static void Begin(Utf8JsonWriter json, DateTimeOffset at, LogLevel level, string category, string message)
    {
        json.WriteStartObject();
        json.WriteString("time", at.UtcDateTime);
        json.WriteString("level", level.ToString());
        json.WriteString("category", category);
        json.WriteString("message", message);
    }

    // The inner one tells more than the one around it, and the message knows best.
    private static Dictionary<string, object?> Names<TState>(TState state, IExternalScopeProvider? scopes)
    {
        var names = new Dictionary<string, object?>();
        scopes?.ForEachScope(static (scope, into) => Add(into, scope), names);
        Add(names, state);
        return names;
    }

    private static void Add(Dictionary<string, object?> names, object? said)
    {
        if (said is not IEnumerable<KeyValuePair<string, object?>> pairs) return;
        foreach (var (name, value) in pairs)
        {
            var written = JsonNamingPolicy.CamelCase.ConvertName(name);
            if (name != Template && !Own.Contains(written)) names[written] = value;
        }
    }

    private static void Write(Utf8JsonWriter json, string name, object? value)
    {
        switch (value)
        {
            case null:
                break;
            case bool truth:
                json.WriteBoolean(name, truth);
                break;
            case int or long or short or byte:
                json.WriteNumber(name, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            default:
                json.WriteString(name, Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    private static string Line(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options)) write(json);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
