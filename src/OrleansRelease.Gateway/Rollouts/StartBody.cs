using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Planning;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Manifests;

namespace OrleansRelease.Gateway.Rollouts;

/// <summary>Move this service to this version in this environment.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record StartBody(
    [property: Required] ServiceName? Service, [property: Required] EnvironmentName? Environment,
    [property: Required] VersionName? Version, string? Digest = null)
{
    public Answer<StartRequest> Read()
    {
        if (Service is not { } service) return Missing("service", ServiceName.Shape);
        if (Environment is not { } environment) return Missing("environment", EnvironmentName.Shape);
        if (Version is not { } version) return Missing("version", VersionName.Shape);
        return Digest is null || VersionReference.IsDigest(Digest)
            ? new StartRequest(service, environment, version, Digest)
            : new Refusal(Problems.BadRequest, "digest is not one", VersionReference.DigestShape);
    }

    private static Refusal Missing(string field, string shape) =>
        new(Problems.MissingField, $"{field} is missing", $"{field}: {shape}");
}

/// <summary>Why a command is given; kept with it.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ReasonBody(string? Reason = null);
