using System.Diagnostics;

namespace OrleansRelease.EndToEnd.Tests.Faults;

/// <summary>One fault in the middle of some rollouts, and all that an outsider can see of what came of them.</summary>
internal static class Round
{
    public static async Task<RoundResult> PlayAsync(ISite site, Flow flow, FaultKind kind, int number, int seed)
    {
        var (began, beganAt) = (Stopwatch.GetTimestamp(), DateTimeOffset.UtcNow);
        var random = new Random(seed);
        var before = site.Callers.Given.Count;
        var problems = new List<string>();
        var healed = new TaskCompletionSource();
        var moves = flow.Plan(random, kind, healed.Task);
        var running = moves.Select(move => TryAsync(problems, move.RunAsync)).ToList();

        DateTimeOffset? free = null;
        await Pace.ForAsync(kind.StrikesAfter);
        var struckAt = DateTimeOffset.UtcNow;
        await TryAsync(problems, async () => free = await kind.StrikeAsync(new Struck(site, moves, random)));
        healed.SetResult();
        await Task.WhenAll(running);
        foreach (var move in moves) flow.Ended(move);
        await TryAsync(problems, site.AllRunAsync);

        RoundSeen? seen = null;
        await TryAsync(problems, async () =>
        {
            var given = site.Callers.Given.Skip(before).ToList();
            seen = await RoundLook.AroundAsync(site, flow, kind, moves, given) with
            {
                BeganAt = beganAt,
                StruckAt = struckAt,
                FreeAt = free,
            };
            problems.AddRange(new RoundChecker(seen).Problems());
        });
        await TryAsync(problems, async () => problems.AddRange(await RoundLook.RecordAsync(site)));
        return new RoundResult(kind, number, seed)
        {
            Took = Stopwatch.GetElapsedTime(began),
            Ends = [.. moves.Select(move => move.End).OfType<Core.Rollouts.Phase>()],
            Commands = site.Callers.Given.Count - before,
            Recovery = seen?.Recovery,
            Problems = problems,
        };
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
