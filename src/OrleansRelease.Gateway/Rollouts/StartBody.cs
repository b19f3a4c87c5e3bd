using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Planning;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Manifests;

namespace OrleansRelease.Gateway.Rollouts;

/// <summary>Move this service to this version in this environment.</summary>
/// <param name="Service">Which one.</param>
/// <param name="Environment">Where.</param>
/// <param name="Version">To which version.</param>
/// <param name="Digest">Of its artifact: sha256 and 64 hexadecimal digits.</param>
/// <param name="Emergency">
/// Why it starts whatever its error budgets and its source of numbers say, one line of 1 to 1000 characters; kept
/// on record.
/// </param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record StartBody(
    [property: Required] ServiceName? Service, [property: Required] EnvironmentName? Environment,
    [property: Required] VersionName? Version, string? Digest = null, string? Emergency = null)
{
    public Answer<StartRequest> Read()
    {
        if (Service is not { } service) return Missing("service", ServiceName.Shape);
        if (Environment is not { } environment) return Missing("environment", EnvironmentName.Shape);
        if (Version is not { } version) return Missing("version", VersionName.Shape);
        if (Emergency is { } why && (string.IsNullOrWhiteSpace(why) || why.Length > GatewayLimits.Reason
            || why.Any(char.IsControl)))
        {
            return new Refusal(
                RefusalCodes.BadReason, "an emergency needs its reason",
                $"one line of 1 to {GatewayLimits.Reason} characters: whoever looks into it later will read it");
        }

        return Digest is null || VersionReference.IsDigest(Digest)
            ? new StartRequest(service, environment, version, Digest, Emergency)
            : new Refusal(Problems.BadRequest, "digest is not one", VersionReference.DigestShape);
    }

    private static Refusal Missing(string field, string shape) =>
        new(Problems.MissingField, $"{field} is missing", $"{field}: {shape}");
}

/// <summary>Why a command is given; kept with it.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ReasonBody(string? Reason = null);
