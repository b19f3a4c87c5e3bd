using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Planning;
using OrleansRelease.Contracts.Releases;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Planning;
using OrleansRelease.Gateway.Requests;
using OrleansRelease.Gateway.Rollouts;

namespace OrleansRelease.Gateway.Planning;

/// <summary>What a start would do, before anything moves.</summary>
internal static class PlansApi
{
    public static void MapPlans(this IEndpointRouteBuilder api)
    {
        var plans = api.MapGroup("/plans").WithTags("Plans");
        plans.MapPost("/", Plan).WithName("plan")
            .WithSummary("Forward, back, the bound, and what forbids it; changes nothing");
        plans.MapPost("/releases", PlanRelease).WithName("planRelease")
            .WithSummary("A release wave by wave, all of it back, the bound, and what forbids it; changes nothing");
        plans.MapPost("/releases/script", Script).WithName("scriptRelease")
            .WithSummary("The way back of a release as a shell script, for when this system is gone; changes nothing");
    }

    // The caller is taken only for its key: every POST answers with one, and this one changes nothing anyway.
    private static Task<Results<Ok<RolloutPlan>, ProblemHttpResult>> Plan(
        StartBody body, Caller caller, IGrainFactory grains, CancellationToken cancellation) =>
        body.Read().Then(request => grains.GetGrain<IPlannerGrain>(0).PlanAsync(request, cancellation)).Reply();

    private static Task<Results<Ok<ReleasePlan>, ProblemHttpResult>> PlanRelease(
        ReleasePlanBody body, Caller caller, IGrainFactory grains, CancellationToken cancellation) =>
        body.Read().Then(asked => grains.GetGrain<IPlannerGrain>(0)
            .PlanReleaseAsync(asked.Release, asked.Environment, cancellation)).Reply();

    private static Task<Results<Ok<BackScript>, ProblemHttpResult>> Script(
        ReleasePlanBody body, Caller caller, IGrainFactory grains, CancellationToken cancellation) =>
        body.Read().Then(asked => grains.GetGrain<IBackScriptGrain>(0)
            .WriteAsync(asked.Release, asked.Environment, cancellation)).Reply();
}

/// <summary>This release, in this environment.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ReleasePlanBody(
    [property: Required] ReleaseName? Release, [property: Required] EnvironmentName? Environment)
{
    public Answer<(ReleaseName Release, EnvironmentName Environment)> Read()
    {
        if (Release is not { } release) return Missing("release", ReleaseName.Shape);
        return Environment is { } environment
            ? (release, environment)
            : Missing("environment", EnvironmentName.Shape);
    }

    private static Refusal Missing(string field, string shape) =>
        new(Problems.MissingField, $"{field} is missing", $"{field}: {shape}");
}
