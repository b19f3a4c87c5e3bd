using System.Net;
using System.Net.ServerSentEvents;
using System.Net.Sockets;
using OrleansRelease.Cli.Connection;
using OrleansRelease.Core.Explaining;

namespace OrleansRelease.Cli.Commands;

/// <summary>
/// Follows something to its end. Events only say that something happened: what is shown is asked for anew, so an event
/// that was missed while the server was away costs nothing.
/// </summary>
internal static class Following
{
    /// <summary>How long a server may be away before watching it is given up.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    /// <summary>Three of the server's heartbeats: a connection silent for so long is lost, though open.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    /// <param name="session">Where it is asked.</param>
    /// <param name="wanted">Which events, as a query.</param>
    /// <param name="away">The server does not answer; it is looked for again.</param>
    /// <param name="look">Asks and shows; the exit status when nothing is to come.</param>
    /// <param name="cancellation">Ends the watching.</param>
    public static async Task<int> RunAsync(
        Session session, string wanted, Action away, Func<Task<(bool IsAnswered, int? Exit)>> look,
        CancellationToken cancellation)
    {
        var time = session.Around.Time;
        var lostAt = default(DateTimeOffset?);
        while (true)
        {
            using var silence = new CancellationTokenSource(Silence, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, silence.Token);
            try
            {
                await using var events = await session.Api.OpenEventsAsync(wanted, either.Token);
                await foreach (var item in SseParser.Create(events).EnumerateAsync(either.Token))
                {
                    // A look has bounds of its own.
                    silence.CancelAfter(Timeout.InfiniteTimeSpan);
                    // The first heartbeat comes at once, after which no event can be missed.
                    var (isAnswered, ended) = await look();
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
            catch (Exception broken) when (broken is HttpRequestException or IOException or SocketException)
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
                away();
                await Task.Delay(Between, time, cancellation);
            }
            while (!session.Reconnect());
        }
    }

    /// <summary>A refusal is final; what has failed may go well the next time.</summary>
    public static async Task<(bool IsAnswered, int? Exit)> NoLookAsync(Session session, Reply reply) =>
        reply is Reply.Refused { Status: < HttpStatusCode.InternalServerError }
            ? (false, await session.TellProblemAsync(reply))
            : (false, null);

    private static Task<int> GiveUpAsync(Session session, string why) =>
        session.TellProblemAsync(new Reply.Unreachable(why));
}
