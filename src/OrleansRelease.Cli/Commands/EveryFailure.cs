using System.Globalization;
using System.Net;
using OrleansRelease.Cli.Connection;
using OrleansRelease.Cli.Texts;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Simulating;

namespace OrleansRelease.Cli.Commands;

/// <summary>
/// A server tries failures for some seconds and tells how many are left: it is asked for those until none is. Where it
/// has no answer for some, the others are told all the same.
/// </summary>
internal static class EveryFailure
{
    public static async Task<int> TellAsync(
        Session session, SimulationWanted wanted, string before, CancellationToken cancellation)
    {
        var (all, problem) = await AskAsync(session, wanted, cancellation);
        if (all is null) return await session.TellProblemAsync(problem!);
        var told = await session.TellAsync(
            new Reply.Answered(Vocabulary.Write(all)),
            _ => before + SimulationText.Of(all, session.Around.Width));
        if (problem is null) return told;
        // What was printed stays one text, or one JSON.
        await session.Around.Error.WriteLineAsync(ProblemText.Of(problem));
        return ProblemText.ExitCodeOf(problem);
    }

    private static async Task<(ReleaseSimulation? All, Reply? Problem)> AskAsync(
        Session session, SimulationWanted wanted, CancellationToken cancellation)
    {
        ReleaseSimulation? all = null;
        while (all is null or { Untried: > 0 })
        {
            var tried = all?.Failures?.Length;
            var reply = await session.Api.AskAsync(
                "/api/v1/simulations", wanted with { FailSkip = tried }, cancellation);
            if (reply is not Reply.Answered { Json: var json }) return (all, reply);
            var next = Vocabulary.Read<ReleaseSimulation>(json);
            // Of another release these would be other failures.
            if (all is not null && all.SpecHash != next.SpecHash) return (all, Changed);
            // Without any progress it would be asked for ever.
            if (all is not null && next.Untried >= all.Untried) return (all, null);
            all = all?.And(next) ?? next;
            if (session.IsLive && all.Untried > 0) await SayAsync(session, all);
        }

        return (all, null);
    }

    private static Reply.Refused Changed { get; } = new(
        HttpStatusCode.Conflict,
        new(null, null, "what the release would do has changed meanwhile", "the same command again"), "");

    private static Task SayAsync(Session session, ReleaseSimulation all) => session.Around.Error.WriteLineAsync(
        string.Create(
            CultureInfo.InvariantCulture,
            $"{all.Failures!.Value.Length} of {all.Failures.Value.Length + all.Untried} failures tried"));
}
