using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansRelease.Contracts.Planning;
using OrleansRelease.Core.Planning;
using OrleansRelease.Gateway.Requests;
using OrleansRelease.Gateway.Rollouts;

namespace OrleansRelease.Gateway.Planning;

/// <summary>What a start would do, before anything moves.</summary>
internal static class PlansApi
{
    public static void MapPlans(this IEndpointRouteBuilder api) =>
        api.MapGroup("/plans").WithTags("Plans").MapPost("/", Plan).WithName("plan")
            .WithSummary("Forward, back, the bound, and what forbids it; changes nothing");

    // The caller is taken only for its key: every POST answers with one, and this one changes nothing anyway.
    private static Task<Results<Ok<RolloutPlan>, ProblemHttpResult>> Plan(
        StartBody body, Caller caller, IGrainFactory grains, CancellationToken cancellation) =>
        body.Read().Then(request => grains.GetGrain<IPlannerGrain>(0).PlanAsync(request, cancellation)).Reply();
}
