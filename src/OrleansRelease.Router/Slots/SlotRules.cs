using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;
using OrleansRelease.Router.Routing;

namespace OrleansRelease.Router.Slots;

/// <summary>What a slot is asked to be set to, and what is to be seen of new addresses before.</summary>
internal sealed record SlotRequest(SlotConfiguration Configuration, FirstLook Look);

/// <summary>Reads a request from a body, or a configuration from a file, and says what is wrong with it.</summary>
internal static class SlotRules
{
    public const int MaxVersions = 8;

    public const int MaxAddresses = 64;

    private static readonly JsonSerializerOptions Strict = new(Vocabulary.Options)
    {
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        MaxDepth = 8,
    };

    public static SlotRequest? Read(ReadOnlySpan<byte> body, out Problem? problem)
    {
        try
        {
            var read = JsonSerializer.Deserialize<Body>(body, Strict);
            if (read is null)
            {
                problem = new Problem(400, "body-not-readable", "the body must be an object with fence and weights");
                return null;
            }

            var errors = Errors(read).ToList();
            problem = errors.Count == 0 ? null : new Problem(422, "configuration-not-valid", string.Join("; ", errors));
            return problem is null ? new SlotRequest(Ordered(read), read.FirstLook ?? new FirstLook()) : null;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            problem = new Problem(400, "body-not-readable", unreadable.Message);
            return null;
        }
    }

    /// <summary>The fence by which a slot is closed.</summary>
    public static Fence? ReadFence(ReadOnlySpan<byte> body, out Problem? problem)
    {
        try
        {
            var read = JsonSerializer.Deserialize<Closing>(body, Strict);
            problem = read is null ? new Problem(400, "body-not-readable", "the body must be an object with fence")
                : IsNegative(read.Fence) ? new Problem(422, "configuration-not-valid", NotNegative)
                : null;
            return problem is null ? read!.Fence : null;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            problem = new Problem(400, "body-not-readable", unreadable.Message);
            return null;
        }
    }

    private const string NotNegative = "the parts of a fence are not negative";

    private static bool IsNegative(Fence fence) => fence is { Epoch: < 0 } or { Generation: < 0 } or { Ordinal: < 0 };

    private static IEnumerable<string> Errors(Body body)
    {
        if (IsNegative(body.Fence)) yield return NotNegative;
        if (body.RequestTimeout is { } timeout && !TrafficConnection.IsRequestTimeout(timeout))
            yield return $"requestTimeout is {TrafficConnection.RequestTimeoutShape}";
        foreach (var problem in body.Shedding?.Problems ?? []) yield return $"shedding: {problem}";
        if (body.FirstLook?.Path is { } one && !VersionEndpoint.IsPath(one))
            yield return $"firstLook.path is {VersionEndpoint.PathShape}";
        foreach (var (version, path) in body.FirstLook?.Paths ?? [])
        {
            if (!body.Weights.ContainsKey(version)) yield return $"firstLook.paths names {version}, weights does not";
            if (!VersionEndpoint.IsPath(path)) yield return $"firstLook.paths: each is {VersionEndpoint.PathShape}";
        }

        if (body.FirstLook is { } needed && !Enum.IsDefined(needed.Needs))
            yield return $"firstLook.needs is one of {string.Join(", ", Enum.GetNames<FirstLookNeeds>())}";
        if (body.Weights.Count is 0 or > MaxVersions) yield return $"weights names 1 to {MaxVersions} versions";
        if (body.Weights.Values.Any(weight => weight is < 0 or > Weight.Full))
            yield return $"a weight is 0 to {Weight.Full} basis points";
        else if (body.Weights.Values.Sum() is not (0 or Weight.Full))
            yield return $"weights sum to {Weight.Full}, or all are 0 and nothing answers";
        foreach (var name in body.Weights.Keys.Where(name => VersionName.Parse(name) is null).Take(1))
            yield return $"'{name}' is not a version: it must be {VersionName.Shape}";
        foreach (var (version, addresses) in body.Addresses)
        {
            if (!body.Weights.ContainsKey(version)) yield return $"addresses names {version}, weights does not";
            if (addresses is null || addresses.Length > MaxAddresses)
                yield return $"{version} has a list of at most {MaxAddresses} addresses";
            foreach (var address in (addresses ?? []).Where(address => !IsAddress(address)).Take(1))
                yield return $"'{address}' is not an absolute http or https address without user, query or fragment";
        }

        foreach (var (version, weight) in body.Weights)
        {
            if (weight > 0 && body.Addresses.GetValueOrDefault(version) is null or [])
                yield return $"{version} has weight but no address";
        }
    }

    private static bool IsAddress(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
        && uri is { UserInfo: "", Query: "", Fragment: "", Host.Length: > 0 };

    private static SlotConfiguration Ordered(Body body) => new(
        body.Fence,
        body.Weights.ToImmutableSortedDictionary(StringComparer.Ordinal),
        body.Addresses.ToImmutableSortedDictionary(
            pair => pair.Key, pair => pair.Value.Select(text => new Uri(text)).ToImmutableArray(),
            StringComparer.Ordinal))
    {
        RequestTimeout = body.RequestTimeout ?? BuiltIn.RequestTimeout,
        Shedding = body.Shedding,
    };

    private sealed record Closing(Fence Fence);

    private sealed record Body(
        Fence Fence, Dictionary<string, int> Weights, Dictionary<string, string[]> Addresses,
        TimeSpan? RequestTimeout = null, FirstLook? FirstLook = null, Shedding? Shedding = null);
}
