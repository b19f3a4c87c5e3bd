using System.Net;
using System.Net.ServerSentEvents;
using OrleansRelease.Cli.Connection;
using OrleansRelease.Cli.Texts;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Cli.Commands;

/// <summary>
/// Follows one rollout to its end. Events only say that something happened: what is shown is asked for anew, so
/// an event that was missed while the server was away costs nothing.
/// </summary>
internal static class Watching
{
    /// <summary>How long a server may be away before watching it is given up.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    /// <summary>Three of the server's heartbeats: a connection silent for so long is lost, though open.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    public static async Task<int> RunAsync(Session session, RolloutId id, CancellationToken cancellation)
    {
        using var screen = new WatchScreen(session);
        var time = session.Around.Time;
        var lostAt = default(DateTimeOffset?);
        while (true)
        {
            using var silence = new CancellationTokenSource(Silence, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, silence.Token);
            try
            {
                await using var events = await session.Api.OpenEventsAsync($"rollout={id}", either.Token);
                await foreach (var item in SseParser.Create(events).EnumerateAsync(either.Token))
                {
                    // A look has bounds of its own.
                    silence.CancelAfter(Timeout.InfiniteTimeSpan);
                    // The first heartbeat comes at once, after which no event can be missed.
                    var (isAnswered, ended) = await LookAsync(session, screen, id, cancellation);
                    if (ended is { } exit) return exit;
                    // Events without answers are of no use: looked for again, and not for ever.
                    if (!isAnswered) break;
                    lostAt = null;
                    silence.CancelAfter(Silence);
                }
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                // Silent for too long: as good as broken.
            }
            catch (Exception broken) when (broken is HttpRequestException or IOException)
            {
                // Whoever stands before the server answers with 5xx while it restarts.
                if (broken is HttpRequestException { StatusCode: < HttpStatusCode.InternalServerError } refused)
                    return await GiveUpAsync(session, $"events are refused: {refused.Message}");
            }

            lostAt ??= time.GetUtcNow();
            do
            {
                if (time.GetUtcNow() - lostAt > Patience)
                    return await GiveUpAsync(session, $"the server has been away for {Readable.Age(Patience)}");
                screen.Away();
                await Task.Delay(Between, time, cancellation);
            }
            while (!session.Reconnect());
        }
    }

    private static Task<int> GiveUpAsync(Session session, string why) =>
        session.TellProblemAsync(new Reply.Unreachable(why));

    /// <summary>Shows the rollout as it is, if that was answered; the exit status when nothing is to come.</summary>
    private static async Task<(bool IsAnswered, int? Exit)> LookAsync(
        Session session, WatchScreen screen, RolloutId id, CancellationToken cancellation)
    {
        var reply = await session.Api.GetAsync($"/api/v1/rollouts/{id}", cancellation);
        switch (reply)
        {
            case Reply.Answered { Json: var json }:
                var seen = Vocabulary.Read<RolloutAnswer>(json);
                await screen.ShowAsync(seen, json, cancellation);
                return (true, seen.State.Phase.IsOver || seen.State.Phase == Phase.Failed
                    ? seen.State.Phase == Phase.Succeeded ? ExitCode.Good : ExitCode.Refused
                    : null);
            case Reply.Refused { Problem.Code: "not-found" }:
                return await LookIntoQueueAsync(session, screen, id, cancellation);
            default:
                return await NoLookAsync(session, reply);
        }
    }

    // It has a name, but has not begun: whoever holds the slot is told instead.
    private static async Task<(bool IsAnswered, int? Exit)> LookIntoQueueAsync(
        Session session, WatchScreen screen, RolloutId id, CancellationToken cancellation)
    {
        var reply = await session.Api.GetAsync($"/api/v1/rollouts/{id}/explain", cancellation);
        if (reply is not Reply.Answered { Json: var json }) return await NoLookAsync(session, reply);
        await screen.WaitAsync(Vocabulary.Read<Core.Explaining.Explanation>(json), json);
        return (true, null);
    }

    private static async Task<(bool IsAnswered, int? Exit)> NoLookAsync(Session session, Reply reply) =>
        reply is Reply.Refused { Status: < HttpStatusCode.InternalServerError }
            ? (false, await session.TellProblemAsync(reply))
            : (false, null);
}
