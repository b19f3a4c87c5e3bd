using OrleansRelease.Cli.Connection;
using OrleansRelease.Cli.Texts;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Cli.Commands;

/// <summary>Follows one rollout to its end.</summary>
internal static class Watching
{
    public static async Task<int> RunAsync(Session session, RolloutId id, CancellationToken cancellation)
    {
        using var screen = new WatchScreen(session);
        return await Following.RunAsync(
            session, $"rollout={id}", screen.Away, () => LookAsync(session, screen, id, cancellation), cancellation);
    }

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
                return await Following.NoLookAsync(session, reply);
        }
    }

    // It has a name, but has not begun: whoever holds the slot is told instead.
    private static async Task<(bool IsAnswered, int? Exit)> LookIntoQueueAsync(
        Session session, WatchScreen screen, RolloutId id, CancellationToken cancellation)
    {
        var reply = await session.Api.GetAsync($"/api/v1/rollouts/{id}/explain", cancellation);
        if (reply is not Reply.Answered { Json: var json }) return await Following.NoLookAsync(session, reply);
        await screen.WaitAsync(Vocabulary.Read<Core.Explaining.Explanation>(json), json);
        return (true, null);
    }
}
