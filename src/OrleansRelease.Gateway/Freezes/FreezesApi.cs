using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Freezes;
using OrleansRelease.Core.Catalogue;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Freezes;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Gateway.Manifests;
using OrleansRelease.Gateway.Requests;
using OrleansRelease.Gateway.Rollouts;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Gateway.Freezes;

/// <summary>The stop button of an environment.</summary>
internal static class FreezesApi
{
    public static void MapFreezes(this IEndpointRouteBuilder api)
    {
        var environments = api.MapGroup("/environments/{name}").WithTags("Freezes");
        environments.MapPost("/freeze", Freeze).WithName("freezeEnvironment")
            .WithSummary("Nothing forward starts there later than 2 s after the answer; ways back go on");
        environments.MapPost("/thaw", Thaw).WithName("thawEnvironment").WithSummary("Ends a freeze before its time");
        environments.MapGet("/freeze", Get).WithName("getFreeze").WithSummary("Whether it is frozen, by whom and why");
        environments.MapGet("/freeze/log", Log).WithName("freezeLog")
            .WithSummary("Every freeze and thaw on record, in order");
    }

    private static Task<Results<Ok<FreezeAnswer>, ProblemHttpResult>> Freeze(
        string name, FreezeBody body, Caller caller, IGrainFactory grains) =>
        body.Read().Then(asked => grains.EnvironmentAsync(name).Then(environment =>
            grains.FreezeOf(environment).FreezeAsync(
                asked.Length, caller.Command(asked.Reason), caller.DryRun, CancellationToken.None))).Reply();

    private static Task<Results<Ok<FreezeAnswer>, ProblemHttpResult>> Thaw(
        string name, ThawBody body, Caller caller, IGrainFactory grains) =>
        body.Read().Then(reason => grains.EnvironmentAsync(name).Then(environment =>
            grains.FreezeOf(environment).ThawAsync(
                caller.Command(reason), caller.DryRun, CancellationToken.None))).Reply();

    private static Task<Results<Ok<FreezeView>, ProblemHttpResult>> Get(
        string name, IGrainFactory grains, IFreezes freezes, IStoreClock clock, CancellationToken cancellation) =>
        grains.EnvironmentAsync(name).Then(async environment =>
        {
            var found = await freezes.ReadAsync(cancellation);
            var freeze = found.GetValueOrDefault(environment);
            return (Answer<FreezeView>)new FreezeView(
                environment, freeze is not null && freeze.IsInForce(clock.Now) ? freeze : null);
        }).Reply();

    private static Task<Results<Ok<Page<LoggedTransition>>, ProblemHttpResult>> Log(
        string name, long? after, int? limit, IGrainFactory grains, ILog log, CancellationToken cancellation) =>
        Pages.Limit(limit)
            .Then(size => grains.EnvironmentAsync(name)
                .Then(environment => LogAsync(environment, after ?? 0, size, log, cancellation)))
            .Reply();

    private static async Task<Answer<Page<LoggedTransition>>> LogAsync(
        EnvironmentName environment, long after, int limit, ILog log, CancellationToken cancellation)
    {
        var read = await log.ReadAsync(Kinds.Freeze, $"{environment}", after, limit + 1, cancellation);
        return Pages.Of(
            [.. read.Select(LoggedTransition.Of)], limit,
            entry => entry.Sequence.ToString(CultureInfo.InvariantCulture));
    }

    private static IFreezeGrain FreezeOf(this IGrainFactory grains, EnvironmentName environment) =>
        grains.GetGrain<IFreezeGrain>($"{environment}");

    // Whoever mistypes the name must not believe that anything has stopped. A manifest that cannot be read is there.
    private static Task<Answer<EnvironmentName>> EnvironmentAsync(this IGrainFactory grains, string name) =>
        Answers.Name<EnvironmentName>(name, "environment").Then(async environment =>
        {
            var key = ManifestKey.Of(ManifestKind.Environment, $"{environment}");
            var declared = await grains.ManifestAsync(key, CancellationToken.None);
            return declared.RefusalOrNull?.Code == RefusalCodes.NotFound
                ? new Refusal(
                    RefusalCodes.NotFound, $"there is no environment {environment}",
                    "the name of one that GET /api/v1/environments lists")
                : (Answer<EnvironmentName>)environment;
        });
}

/// <summary>The freeze that is in force in an environment; none is left out.</summary>
public sealed record FreezeView(EnvironmentName Environment, Freeze? Freeze);
