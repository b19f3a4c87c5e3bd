using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Slots;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Gateway.Requests;

/// <summary>Which rollout an address means.</summary>
internal static class Addresses
{
    /// <summary>
    /// <c>service.environment.n</c>, or <c>service.environment</c>: the one that is moving there, else the newest.
    /// </summary>
    public static async Task<Answer<RolloutId>> RolloutAsync(
        this IGrainFactory grains, string address, CancellationToken cancellation)
    {
        if (RolloutId.Parse(address) is { } id) return id;
        if (SlotKey.Parse(address) is not { } slot)
        {
            return new Refusal(
                Problems.BadName, $"'{Answers.Shown(address)}' is not a rollout",
                $"{RolloutId.Shape}, or {SlotKey.Shape} for the newest");
        }

        return await grains.GetGrain<ISlotGrain>(slot.ToString()).GetAsync(cancellation) switch
        {
            Answer<SlotView>.Accepted { Value.State.Holder.Rollout.Id: var holder } => holder,
            Answer<SlotView>.Accepted { Value.State.LastNumber: > 0 and var last } => new RolloutId(slot, last),
            Answer<SlotView>.Refused { Refusal: var refusal } when refusal.Code != RefusalCodes.NotFound => refusal,
            _ => new Refusal(
                RefusalCodes.NotFound, $"nothing was ever rolled out to {slot}", "a start"),
        };
    }
}
