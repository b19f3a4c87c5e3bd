using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using OrleansRelease.Contracts;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Gateway.Rollouts;

namespace OrleansRelease.Gateway.Slots;

/// <summary>From whom the lease is taken, which somebody else may have by now, and why.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record BreakBody([property: Required] RolloutId? Holder, [property: Required] string? Reason)
{
    public Task<Answer<Broken>> Read() => Task.FromResult(this switch
    {
        { Holder: null } => Missing("holder", "the rollout that has the lease, as GET of the slot shows it"),
        { Reason: null } => Missing("reason", $"1 to {GatewayLimits.Reason} characters"),
        { Holder: { } holder } => Asking.Why(new(Reason)).Map(why => new Broken(holder, why.Reason!)),
    });

    private static Answer<Broken> Missing(string field, string shape) =>
        new Refusal(Problems.MissingField, $"{field} is missing", $"{field}: {shape}");

    internal sealed record Broken(RolloutId Holder, string Reason);
}
