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
            return NotOne(address, $"{RolloutId.Shape}, or {SlotKey.Shape} for the newest");
        return await grains.GetGrain<ISlotGrain>(slot.ToString()).GetAsync(cancellation) switch
        {
            Answer<SlotView>.Accepted { Value.State.Holder.Rollout.Id: var holder } => holder,
            Answer<SlotView>.Accepted { Value.State.LastNumber: > 0 and var last } => new RolloutId(slot, last),
            Answer<SlotView>.Refused { Refusal: var refusal } when refusal.Code != RefusalCodes.NotFound => refusal,
            _ => new Refusal(
                RefusalCodes.NotFound, $"nothing was ever rolled out to {slot}", "a start"),
        };
    }

    /// <summary>
    /// What a command may be addressed to. A command is remembered by the rollout that it reached: if its repetition
    /// could reach another one, it would be carried out there as well.
    /// </summary>
    public static Answer<RolloutId> OfCommand(string address)
    {
        if (RolloutId.Parse(address) is { } id) return id;
        return SlotKey.Parse(address) is { } slot
            ? new Refusal(
                Problems.AmbiguousAddress,
                $"a command needs a rollout's own name: which one {slot} means may change before it is repeated",
                $"the id that GET /api/v1/rollouts/{slot}/explain gives")
            : NotOne(address, RolloutId.Shape);
    }

    private static Refusal NotOne(string address, string accepted) =>
        new(Problems.BadName, $"'{Answers.Shown(address)}' is not a rollout", accepted);
}
