using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansRelease.Contracts;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Gateway.Requests;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Gateway.Rollouts;

/// <summary>Searches over rollouts, and the record of one, page by page.</summary>
internal static class RolloutListsApi
{
    private const string Kind = "rollout";

    public static void MapRolloutLists(this IEndpointRouteBuilder api)
    {
        var rollouts = api.MapGroup("/rollouts").WithTags("Rollouts");
        rollouts.MapGet("/", List).WithName("listRollouts").WithSummary("Rollouts by service, environment, phase");
        rollouts.MapGet("/{id}/log", Log).WithName("rolloutLog").WithSummary("Every decision on record, in order");
    }

    private static Task<Results<Ok<Page<RowSummary>>, ProblemHttpResult>> List(
        [AsParameters] RolloutSearch search, IRows rows, CancellationToken cancellation) =>
        search.Read().Then(filter => ListAsync(filter, rows, cancellation)).Reply();

    private static Task<Results<Ok<Page<LoggedTransition>>, ProblemHttpResult>> Log(
        string id, long? after, int? limit, Orleans.IGrainFactory grains, ILog log, CancellationToken cancellation) =>
        Pages.Limit(limit)
            .Then(size => grains.RolloutAsync(id, cancellation)
                .Then(rollout => LogAsync(rollout, after ?? 0, size, log, cancellation)))
            .Reply();

    private static async Task<Answer<Page<RowSummary>>> ListAsync(
        RowFilter filter, IRows rows, CancellationToken cancellation) =>
        Pages.Of(
            await rows.ListAsync(filter with { Limit = filter.Limit + 1 }, cancellation), filter.Limit,
            row => row.Key);

    private static async Task<Answer<Page<LoggedTransition>>> LogAsync(
        RolloutId rollout, long after, int limit, ILog log, CancellationToken cancellation)
    {
        var read = await log.ReadAsync(Kind, rollout.ToString(), after, limit + 1, cancellation);
        return read.Count == 0 && after == 0
            ? new Refusal(RefusalCodes.NotFound, $"nothing of {rollout} is on record yet")
            : Pages.Of(
                [.. read.Select(LoggedTransition.Of)], limit,
                entry => entry.Sequence.ToString(CultureInfo.InvariantCulture));
    }
}

/// <summary>Which rollouts are asked for.</summary>
internal sealed record RolloutSearch(
    string? Service, string? Environment, string? Phase, string? After, int? Limit)
{
    private const int MaxCursor = 200;

    public Answer<RowFilter> Read()
    {
        if (Service is not null && ServiceName.Parse(Service) is null)
            return Bad("service", Service, ServiceName.Shape);
        if (Environment is not null && EnvironmentName.Parse(Environment) is null)
            return Bad("environment", Environment, EnvironmentName.Shape);
        if (Phase is not null && !Enum.GetNames<Phase>().Contains(Phase))
            return Bad("phase", Phase, string.Join(", ", Enum.GetNames<Phase>()));
        if (After is { Length: > MaxCursor }) return Bad("after", After, "the next of the page before");
        return Pages.Limit(Limit) switch
        {
            Answer<int>.Refused { Refusal: var refusal } => refusal,
            Answer<int>.Accepted { Value: var limit } => new RowFilter(
                "rollout", ServiceName.Parse(Service), EnvironmentName.Parse(Environment), Phase, After, limit),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static Refusal Bad(string what, string value, string accepted) =>
        new(Problems.BadQuery, $"{what} '{Answers.Shown(value)}' is not possible", accepted);
}

/// <summary>One decision on record, exactly as stored.</summary>
public sealed record LoggedTransition(long Sequence, DateTimeOffset At, JsonElement Transition)
{
    internal static LoggedTransition Of(LogEntry entry)
    {
        using var stored = JsonDocument.Parse(entry.Transition);
        return new(entry.Sequence, entry.At, stored.RootElement.Clone());
    }
}
