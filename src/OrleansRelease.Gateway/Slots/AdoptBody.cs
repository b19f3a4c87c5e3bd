using System.Text.Json.Serialization;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Planning;
using OrleansRelease.Contracts.Slots;
using OrleansRelease.Core.Identity;
using OrleansRelease.Gateway.Requests;
using OrleansRelease.Gateway.Rollouts;

namespace OrleansRelease.Gateway.Slots;

/// <summary>Take over this version, which runs there; without one the version that has all requests.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record AdoptBody(VersionName? Version = null, string? Digest = null, string? Reason = null)
{
    public Task<Answer<Adopted>> Read(SlotKey slot) => Task.FromResult<Answer<Adopted>>(
        new StartBody(slot.Service, slot.Environment, Version ?? VersionName.From(Adoption.Next), Digest).Read() switch
        {
            Answer<StartRequest>.Accepted { Value: var request } => Asking.Why(new(Reason))
                .Map(why => new Adopted(request, Version is not null, why.Reason)),
            var refused => refused.RefusalOrNull!,
        });

    internal sealed record Adopted(StartRequest Request, bool IsNamed, string? Reason)
    {
        public Task<Answer<Adoption>> ByAsync(IAdopterGrain adopter, Caller caller) => IsNamed
            ? adopter.AdoptAsync(Request, caller.Command(Reason), caller.DryRun, CancellationToken.None)
            : adopter.AdoptWholeAsync(
                new(Request.Service, Request.Environment), Request.Digest, caller.Command(Reason), caller.DryRun,
                CancellationToken.None);
    }
}
