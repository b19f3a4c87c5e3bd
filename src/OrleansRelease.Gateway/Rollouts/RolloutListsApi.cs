using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansRelease.Contracts;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Gateway.Requests;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Gateway.Rollouts;

/// <summary>Searches over rollouts, and the record of one, page by page.</summary>
internal static class RolloutListsApi
{
    public static void MapRolloutLists(this IEndpointRouteBuilder api)
    {
        var rollouts = api.MapGroup("/rollouts").WithTags("Rollouts");
        rollouts.MapGet("/", List).WithName("listRollouts").WithSummary("Rollouts by service, environment, phase");
        rollouts.MapGet("/{id}/log", Log).WithName("rolloutLog").WithSummary("Every decision on record, in order");
    }

    private static Task<Results<Ok<Page<RowSummary>>, ProblemHttpResult>> List(
        [AsParameters] RowSearch search, IRows rows, CancellationToken cancellation) =>
        rows.PageAsync(search.Read(Kinds.Rollout, Enum.GetNames<Phase>()), cancellation).Reply();

    private static Task<Results<Ok<Page<LoggedTransition>>, ProblemHttpResult>> Log(
        string id, long? after, int? limit, Orleans.IGrainFactory grains, ILog log, CancellationToken cancellation) =>
        Pages.Limit(limit)
            .Then(size => grains.RolloutAsync(id, cancellation)
                .Then(rollout => LogAsync(rollout, after ?? 0, size, log, cancellation)))
            .Reply();

    private static async Task<Answer<Page<LoggedTransition>>> LogAsync(
        RolloutId rollout, long after, int limit, ILog log, CancellationToken cancellation)
    {
        var read = await log.ReadAsync(Kinds.Rollout, rollout.ToString(), after, limit + 1, cancellation);
        return read.Count == 0 && after == 0
            ? new Refusal(RefusalCodes.NotFound, $"nothing of {rollout} is on record yet")
            : Pages.Of(
                [.. read.Select(LoggedTransition.Of)], limit,
                entry => entry.Sequence.ToString(CultureInfo.InvariantCulture));
    }
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
