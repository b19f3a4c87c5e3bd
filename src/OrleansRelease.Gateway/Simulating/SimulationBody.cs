using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Planning;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Simulating;

namespace OrleansRelease.Gateway.Simulating;

/// <summary>
/// Simulate this release there: an applied one by its name, or the one in a file of manifests. All of the file counts
/// as if it had been applied.
/// </summary>
/// <param name="Environment">Where.</param>
/// <param name="Release">Its name; not needed where the file has one release.</param>
/// <param name="File">How problems name the file.</param>
/// <param name="Yaml">The file's content.</param>
/// <param name="FailAt">Where a service is let fail: SERVICE, or SERVICE/STEP.</param>
/// <param name="FailEach">Whether a failure is tried after every step in turn.</param>
/// <param name="FailSkip">How many of those were told before, which are not tried again.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SimulationBody(
    [property: Required] EnvironmentName? Environment, ReleaseName? Release = null, string? File = null,
    string? Yaml = null, string? FailAt = null, bool FailEach = false, int? FailSkip = null)
{
    private const string Unnamed = "manifests.yaml";

    private const int MaxFailAt = 200;

    /// <summary>How many failures were tried before; null: none is to be tried.</summary>
    [JsonIgnore]
    public int? Tried => FailEach ? FailSkip ?? 0 : null;

    public ManifestReading Manifests() => Yaml is null
        ? new([], [], [])
        : ManifestReader.Read(Yaml, File is { Length: > 0 and <= 200 } name ? name : Unnamed);

    public Answer<SimulationRequest> Read(ImmutableArray<Manifest> given)
    {
        if (Environment is not { } environment)
            return Missing("environment is missing", $"environment: {EnvironmentName.Shape}");
        if (FailAt is { Length: > MaxFailAt })
            return new Refusal(Problems.BadRequest, "failAt is too long", FailureText.Shape);
        if (FailSkip < 0 || (FailSkip is not null && !FailEach))
            return new Refusal(Problems.BadRequest, "failSkip is not a number of failures", "0 or more, with failEach");
        return Named(given).Map(release => new SimulationRequest(release, environment, given));
    }

    /// <summary>The release that is meant.</summary>
    public Answer<ReleaseName> Named(ImmutableArray<Manifest> given)
    {
        if (Release is { } wanted) return wanted;
        var releases = given.OfType<ReleaseManifest>().Select(release => release.Name).ToList();
        return releases switch
        {
            [var only] => ReleaseName.From(only),
            [] => Missing("release is missing", $"release: {ReleaseName.Shape}; or yaml with a Release"),
            _ => Missing("there are several releases in the file", $"release: {string.Join(", or ", releases)}"),
        };
    }

    private static Refusal Missing(string reason, string accepted) => new(Problems.MissingField, reason, accepted);
}
