using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using OrleansRelease.Contracts;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Gateway.Requests;

namespace OrleansRelease.Gateway.Events;

/// <summary>Every decision as it is made, as a stream that can be resumed.</summary>
internal static class EventsApi
{
    public static void MapEvents(this IEndpointRouteBuilder api) =>
        api.MapGroup("/events").WithTags("Events").MapGet("/", Follow).WithName("followEvents")
            .WithSummary("Server-sent events, one per decision; resumes after Last-Event-ID")
            .DisableRequestTimeout().DisableHttpMetrics();

    private static async Task<Results<ServerSentEventsResult<string>, ProblemHttpResult>> Follow(
        [AsParameters] EventSearch search, LiveFeed feed, EventStream stream, CancellationToken cancellation) =>
        await search.Read().Then(asked => ListenAsync(asked, feed, cancellation)) switch
        {
            Answer<Listening>.Accepted { Value: var (listener, after) } => TypedResults.ServerSentEvents(
                stream.ReadAsync(listener, after, cancellation)),
            Answer<Listening>.Refused { Refusal: var refusal } => Problems.Of(refusal),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    private static async Task<Answer<Listening>> ListenAsync(
        AskedEvents asked, LiveFeed feed, CancellationToken cancellation) =>
        await feed.ListenAsync(asked.Filter, cancellation) is { } listener
            ? new Listening(listener, asked.After)
            : new Refusal(Problems.TooManySubscribers, "too many are listening already", "the same request later");

    private sealed record Listening(Listener Listener, long? After);
}

/// <summary>Which events are asked for.</summary>
internal sealed record EventSearch(
    string? Rollout, string? Service, string? Environment, string? Release,
    [property: FromHeader(Name = "Last-Event-ID")] string? LastEventId)
{
    public Answer<AskedEvents> Read()
    {
        long? after = null;
        if (LastEventId is not null)
        {
            if (!long.TryParse(LastEventId, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                return new Refusal(Problems.BadHeader, "Last-Event-ID is not one", "the id of an event of this stream");
            after = id;
        }

        var wrong = Queries.Wrong<RolloutId>("rollout", Rollout)
            ?? Queries.Wrong<ServiceName>("service", Service)
            ?? Queries.Wrong<EnvironmentName>("environment", Environment)
            ?? Queries.Wrong<ReleaseName>("release", Release);
        if (wrong is not null) return wrong;
        return new AskedEvents(
            new(
                RolloutId.Parse(Rollout), ServiceName.Parse(Service), EnvironmentName.Parse(Environment),
                ReleaseName.Parse(Release)),
            after);
    }
}

internal sealed record AskedEvents(FeedFilter Filter, long? After);
