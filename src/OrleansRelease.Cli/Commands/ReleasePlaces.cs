using System.Collections.Immutable;
using OrleansRelease.Cli.Connection;
using OrleansRelease.Cli.Texts;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Promotion;

namespace OrleansRelease.Cli.Commands;

/// <summary>Which environments of a release may be meant where none is named.</summary>
internal static class ReleasePlaces
{
    /// <summary>
    /// A way back is asked for where the release is or was; as long as that is nowhere, where it would go.
    /// </summary>
    public static async Task<(ImmutableArray<string> Places, Reply? Problem)> OfAsync(
        Session session, string release, bool back, CancellationToken cancellation)
    {
        if (back)
        {
            var started = await session.Api.GetAsync($"{ReleaseCommand.PathOf(release)}/state", cancellation);
            if (started is Reply.Answered { Json: var state } && Begun(state) is { IsEmpty: false } begun)
                return (begun, null);
            if (started is not (Reply.Answered or Reply.Refused { Problem.Code: RefusalCodes.NotFound }))
                return ([], started);
        }

        var reply = await session.Api.AskAsync("/api/v1/simulations/environments", new { release }, cancellation);
        return reply is Reply.Answered { Json: var route }
            ? ([.. Vocabulary.Read<ReleaseRoute>(route).Environments.Select(there => $"{there.Environment}")], null)
            : ([], reply);
    }

    private static ImmutableArray<string> Begun(string state) =>
        [.. Vocabulary.Read<StartedRelease>(state).Environments
            .Where(there => there.Passage is not null).Select(there => $"{there.Environment}")];

    /// <summary>A release that was started, as the API tells it.</summary>
    private sealed record StartedRelease(ImmutableArray<ReleaseThere> Environments);
}
