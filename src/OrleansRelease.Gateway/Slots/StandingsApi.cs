using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansRelease.Contracts;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Slots;
using OrleansRelease.Gateway.Requests;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Gateway.Slots;

/// <summary>What runs where: of all services in all environments what is stable there and who moves it.</summary>
internal static class StandingsApi
{
    public static void MapStandings(this IEndpointRouteBuilder api) =>
        api.MapGroup("/standings").WithTags("Slots").MapGet("/", List).WithName("listStandings").WithSummary(
            "What runs where: the stable version, since when, what has brought it, who has the slot");

    private static Task<Results<Ok<Page<Standing>>, ProblemHttpResult>> List(
        [AsParameters] RowSearch search, IStandings standings, CancellationToken cancellation) =>
        search.Read(Kinds.Slot, Enum.GetNames<SlotPhase>())
            .Then(async Task<Answer<Page<Standing>>> (filter) => Pages.Of(
                await standings.ListAsync(filter with { Limit = filter.Limit + 1 }, cancellation), filter.Limit,
                standing => $"{standing.Slot}"))
            .Reply();
}
