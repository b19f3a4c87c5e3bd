using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Planning;
using OrleansRelease.Core.Identity;
using OrleansRelease.Gateway.Rollouts;

namespace OrleansRelease.Gateway.Slots;

/// <summary>Take over this version, which runs there.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record AdoptBody(
    [property: Required] VersionName? Version, string? Digest = null, string? Reason = null)
{
    public Task<Answer<Adopted>> Read(SlotKey slot) => Task.FromResult<Answer<Adopted>>(
        new StartBody(slot.Service, slot.Environment, Version, Digest).Read() switch
        {
            Answer<StartRequest>.Accepted { Value: var request } => Asking.Why(new(Reason))
                .Map(why => new Adopted(request, why.Reason)),
            var refused => refused.RefusalOrNull!,
        });

    internal sealed record Adopted(StartRequest Request, string? Reason);
}
