using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansRelease.Contracts.Slots;
using OrleansRelease.Core.Identity;
using OrleansRelease.Gateway.Requests;

namespace OrleansRelease.Gateway.Slots;

/// <summary>What runs where, which version is stable, who moves it, who waits.</summary>
internal static class SlotsApi
{
    public static void MapSlots(this IEndpointRouteBuilder api) =>
        api.MapGroup("/slots").WithTags("Slots").MapGet("/{slot}", Get).WithName("getSlot")
            .WithSummary("One service in one environment");

    private static Task<Results<Ok<SlotView>, ProblemHttpResult>> Get(
        string slot, IGrainFactory grains, CancellationToken cancellation) =>
        Answers.Name<SlotKey>(slot, "slot")
            .Then(key => grains.GetGrain<ISlotGrain>(key.ToString()).GetAsync(cancellation))
            .Reply();
}
