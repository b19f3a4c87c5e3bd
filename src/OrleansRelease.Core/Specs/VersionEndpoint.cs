using System.Text.Json;

namespace OrleansRelease.Core.Specs;

/// <summary>
/// What an instance says of itself: <c>{"version": "3.2.0", "requests": 1234}</c>. Null where it does not say, or says
/// something else than a text and a number.
/// </summary>
public sealed record VersionAnswer(string? Version, long? Requests)
{
    /// <summary>Null when the body is no JSON object.</summary>
    public static VersionAnswer? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement is not { ValueKind: JsonValueKind.Object } answer) return null;
            return new VersionAnswer(
                answer.TryGetProperty("version", out var version) && version.ValueKind == JsonValueKind.String
                    ? version.GetString() : null,
                answer.TryGetProperty("requests", out var requests) && requests.ValueKind == JsonValueKind.Number
                    && requests.TryGetInt64(out var number) ? number : null);
        }
        // A text that is no Unicode is found only when it is taken out, and is another exception then.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}

/// <summary>Where an instance says which version it is.</summary>
public static class VersionEndpoint
{
    /// <summary>The word for its path among the settings of a target.</summary>
    public const string Setting = "versionPath";

    public const string BuiltInPath = "/version";

    public const int MaxPathLength = 2_000;

    public const string PathShape = "a path on the service that begins with one /";

    public static string PathOf(TargetConnection target) => target.Settings.GetValueOrDefault(Setting, BuiltInPath);

    /// <summary>What begins with two slashes would be another host.</summary>
    public static bool IsPath(string? path) =>
        path is { Length: > 0 and <= MaxPathLength } && path[0] == '/'
        && !path.StartsWith("//", StringComparison.Ordinal)
        && !path.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '#' or '\\');

    public static Uri At(Uri address, string path) => new(address.AbsoluteUri.TrimEnd('/') + path);
}
