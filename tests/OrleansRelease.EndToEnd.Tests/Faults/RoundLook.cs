using OrleansRelease.EndToEnd.Tests.Checking;
using OrleansRelease.EndToEnd.Tests.Harness;

namespace OrleansRelease.EndToEnd.Tests.Faults;

/// <summary>Collects what there is to see of a round when all of it has ended.</summary>
internal static class RoundLook
{
    private static readonly TimeSpan GoneWithin = TimeSpan.FromSeconds(30);

    public static async Task<RoundSeen> AroundAsync(
        ISite site, Flow flow, FaultKind kind, IReadOnlyList<Move> moves, IReadOnlyList<GivenCommand> given)
    {
        List<MoveSeen> seen = [.. moves.Select(move => Of(site, flow, move))];
        var processes = await ProcessesAsync(site, seen);
        var (rows, specs) = await site.RowsAsync();
        var log = await site.LogAsync(
            [.. seen.Select(move => move.Rollout).OfType<string>(), .. seen.Select(move => move.Slot)]);
        var texts = log.ToLookup(step => (step.Kind, step.Key), step => step.Stored);
        return new(kind)
        {
            // Once more, since what was taken down meanwhile has written when it ended.
            Moves = [.. moves.Select(move => Of(site, flow, move))],
            Given = given,
            Log = log,
            Rows =
            [
                .. from row in rows
                   where texts.Contains((row.Kind, row.Key))
                   select row with { Transitions = [.. texts[(row.Kind, row.Key)]] },
            ],
            Specs = specs,
            Router = await flow.Router.ReadAsync(),
            Processes = processes,
            Bound = flow.Bound,
            Permits = Flow.AtATime,
        };
    }

    /// <summary>What its own check of the record finds.</summary>
    public static async Task<IReadOnlyList<string>> RecordAsync(ISite site)
    {
        await using var check = HostProgram.Start(["check", .. site.Store]);
        return await check.EndAsync() == 0 ? [] : [$"check: {check.Out}{check.Error}"];
    }

    private static MoveSeen Of(ISite site, Flow flow, Move move) => new(move.Declared, move.Version, move.Course)
    {
        Rollout = move.Rollout,
        End = move.End,
        Ends = move.Ends,
        WasPaged = move.WasPaged,
        Stable = flow.StableOf(move.Declared),
        Runs = ServedLine.Runs(site.Folder.Logs, $"served-{move.Declared.Service}-*.log"),
    };

    /// <summary>What is to go has a while to go.</summary>
    private static async Task<IReadOnlyList<string>> ProcessesAsync(ISite site, IReadOnlyList<MoveSeen> moves)
    {
        IReadOnlyList<string> Look() => ProcessesOf.Folder(site.Folder.Root);
        try
        {
            return await Pace.UntilAsync(
                () => "only stable versions run", GoneWithin, () => Task.FromResult(Look()),
                processes => !RoundChecker.Others(moves, processes, []).Any());
        }
        catch (TimeoutException)
        {
            return Look();
        }
    }
}
