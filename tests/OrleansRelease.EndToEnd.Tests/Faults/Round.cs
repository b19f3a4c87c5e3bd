using System.Diagnostics;
using OrleansRelease.EndToEnd.Tests.Checking;

namespace OrleansRelease.EndToEnd.Tests.Faults;

/// <summary>One fault in the middle of some rollouts, and all that an outsider can see of what came of them.</summary>
internal static class Round
{
    /// <summary>When the first rollout may have its users and the last has just been asked for.</summary>
    private static readonly TimeSpan StrikesAfter = TimeSpan.FromSeconds(7);

    public static async Task<RoundResult> PlayAsync(ISite site, Flow flow, FaultKind kind, int number, int seed)
    {
        var began = Stopwatch.GetTimestamp();
        var random = new Random(seed);
        var before = site.Callers.Given.Count;
        var problems = new List<string>();
        var healed = new TaskCompletionSource();
        var moves = flow.Plan(random, kind, healed.Task);
        var running = moves.Select(move => TryAsync(problems, move.RunAsync)).ToList();

        DateTimeOffset? since = null;
        await Pace.ForAsync(StrikesAfter);
        await TryAsync(problems, async () => since = await kind.StrikeAsync(new Struck(site, moves, random)));
        healed.SetResult();
        await Task.WhenAll(running);
        foreach (var move in moves) flow.Ended(move);
        await TryAsync(problems, site.AllRunAsync);

        IReadOnlyList<LoggedStep> log = [];
        await TryAsync(problems, async () =>
        {
            log = await site.LogAsync(
                [.. moves.Select(move => move.Rollout).OfType<string>(),
                    .. moves.Select(move => move.Declared.Slot.ToString())]);
            var given = site.Callers.Given.Skip(before).ToList();
            problems.AddRange(await new RoundChecker(site, flow, kind, moves, given, log).ProblemsAsync());
        });
        return new RoundResult(kind, number, seed)
        {
            Took = Stopwatch.GetElapsedTime(began),
            Ends = [.. moves.Select(move => move.End).OfType<Core.Rollouts.Phase>()],
            Commands = site.Callers.Given.Count - before,
            Recovery = since is { } moment ? RecoveryOf(moves, log, moment) : null,
            Problems = problems,
        };
    }

    /// <summary>
    /// The longest that one of those that moved then, and would have gone on by itself, took to its next decision.
    /// </summary>
    private static TimeSpan? RecoveryOf(IReadOnlyList<Move> moves, IReadOnlyList<LoggedStep> log, DateTimeOffset since)
    {
        var waits = (
            from move in moves
            where move.Course != Course.Paused
            let steps = log.Where(step => step.Kind == "rollout" && step.Key == move.Rollout).ToList()
            where steps.Count > 0 && steps[0].At < since && steps[^1].At > since
            select steps.First(step => step.At > since).At - since).ToList();
        return waits.Count == 0 ? null : waits.Max();
    }

    // A round that fails tells all that is wrong, and leaves the next ones their turn.
    private static async Task TryAsync(List<string> problems, Func<Task> what)
    {
        try
        {
            await what();
        }
        catch (Exception failed)
        {
            lock (problems) problems.Add(failed.ToString());
        }
    }
}
