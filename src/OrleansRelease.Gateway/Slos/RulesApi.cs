using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Planning;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Slos;
using OrleansRelease.Gateway.Requests;

namespace OrleansRelease.Gateway.Slos;

/// <summary>What services have promised, as rules for Prometheus.</summary>
internal static class RulesApi
{
    private const string Yaml = "application/yaml";

    public static void MapRules(this IEndpointRouteBuilder api) =>
        api.MapGroup("/environments/{name}/rules").WithTags("SLOs").MapGet("/", Get).WithName("getRules")
            .WithSummary("Rules by which Prometheus judges the SLOs there, of all services or one, as YAML")
            .Produces<string>(StatusCodes.Status200OK, Yaml);

    private static async Task<Results<ContentHttpResult, ProblemHttpResult>> Get(
        string name, string? service, IGrainFactory grains, CancellationToken cancellation)
    {
        if (Queries.Wrong<ServiceName>("service", service) is { } wrong) return Problems.Of(wrong);
        var answer = await Answers.Name<EnvironmentName>(name, "environment")
            .Then(environment => grains.GetGrain<IPlannerGrain>(0)
                .RulesAsync(new(environment, ServiceName.Parse(service)), cancellation));
        return answer is Answer<RulesFile.Written>.Accepted { Value.Yaml: var rules }
            ? TypedResults.Text(rules, Yaml)
            : Problems.Of(answer.RefusalOrNull!);
    }
}
